def nobody_calls():
    return 2
