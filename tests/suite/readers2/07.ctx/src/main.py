from util import load, clean
from report.build import render


def main():
    rows = clean(load('x'))
    print(render(rows))


def old_entry():
    return main
