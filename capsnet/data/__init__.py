"""Pictures and where they come from.

images           pictures with their classes, and their splits
bundled          the 5,000 digits that come with this project
formats          the formats of files that datasets come in, a module each
layout           orders of axes, brought to (N, H, W, C)
numbering        labels of any kind, numbered from 0 and named
resizing         pictures brought to another size
prepare          what a file holds -> pictures and labels, and what was done
likeness         whether digits lie as the bundled ones do
sources          a dataset from any file or folder, described in one line
contact_sheet    one picture of forty samples with their labels
cached           whether the files in Keras's cache are whole
datasets         the datasets that have a name, and any file or folder with another
strokes          a drawing as pen strokes, compactly
normalisation    ink -> an image of MNIST's size, with the digit where MNIST has it
pictures         a picture file -> its ink
photos           a photo -> a picture in colour, for networks of three channels
display          how pictures are shown, on pages and in files
augmentation     shifted, turned, bent, thickened training images
many_digits      a photo of many digits -> each one's place and ink
pen              polylines -> ink of MNIST's size, many at once
stroke_forms     whole 1s, 4s, 7s and 9s as other hands write them
drawings         shapes and scribbles that are no digit
no_digit         textures, letters, shapes, scribbles: pictures of no digit
lesson_texts     the words of lesson, glossary, cases and worksheet, in each language
stroke_variants  bars for sevens, upstrokes for ones
mixture          pictures of one digit, two overlaid ones, or none
"""
