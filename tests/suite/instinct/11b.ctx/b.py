def __init__(self):
    pass

def lonely():
    pass
