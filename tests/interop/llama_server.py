"""Serves a model with llama.cpp's own server: `llama_server.py MODEL PORT`."""

import sys
import time

import xllamacpp


def main(model, port):
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.port = port
    params.n_parallel = 1
    # A model without sense ends its replies nowhere else than here, or where its window is full.
    params.n_predict = 80
    params.n_ctx = 6144
    params.cpuparams.n_threads = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(60)


main(sys.argv[1], int(sys.argv[2]))
