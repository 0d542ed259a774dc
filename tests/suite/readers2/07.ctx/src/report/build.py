def render(rows):
    return header() + '\n'.join(rows)


def header():
    return '# Report\n'


def footer():
    return ''
