# main, sockets, the pipeline, control
