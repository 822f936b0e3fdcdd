"""Pictures and where they come from.

images           pictures with their classes, and their splits
bundled          the 5,000 digits that come with this project
datasets         the datasets that have a name, and any `.npz` file like them
strokes          a drawing as pen strokes, compactly
pictures         a drawing or a photo -> an MNIST-style 28x28 image
augmentation     shifted, turned, bent, thickened training images
stroke_variants  bars for sevens, upstrokes for ones
"""
