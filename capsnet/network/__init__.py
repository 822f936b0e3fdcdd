"""The network: Keras layers, and the model made of them.

    convolution   a convolution whose gradients are fast on a processor; its fastest type here
    layers        PrimaryCapsules, DigitCapsules
    decoder       masking and the reconstruction network
    losses        margin loss, reconstruction loss
    trace         CapsNetTrace, every intermediate of one forward pass as NumPy arrays
    model         CapsNet: call, trace, decode
    exported      such a file, run by LiteRT: answers without TensorFlow
    inference     a network that answers many visitors
    export        the network as a file for LiteRT, ONNX or SavedModel

Nothing here trains, stores or reads data: below it are only `capsnet.routing`, `ops`, `devices`,
`config` and `errors`.
"""
