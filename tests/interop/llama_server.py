"""Serves a model with llama.cpp's own server: `llama_server.py MODEL PORT`."""

import sys
import time

import xllamacpp


def main(model, port):
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.port = port
    params.n_ctx = 32768
    params.n_parallel = 2
    # Replies of a model without sense end only here.
    params.n_predict = 80
    params.cpuparams.n_threads = 1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    while True:
        time.sleep(60)


main(sys.argv[1], int(sys.argv[2]))
