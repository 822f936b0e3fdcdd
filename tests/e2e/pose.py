"""What the tests of the Pose page share: its hooks, its pixels, and a hand."""

import time

import numpy as np

MAIN = "document.querySelector('[data-testid=stMain]')"
PIXELS = """canvas => Array.from(canvas.getContext("2d").getImageData(
    0, 0, canvas.width, canvas.height).data).filter((_, i) => i % 4 == 0)"""
COUNT_PAINTS = """() => {
    window.paints = [];
    const paint = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...image) {
        if (this.canvas.dataset.testid == "pose-canvas") paints.push(performance.now());
        return paint.apply(this, image);
    };
    window.inputs = [];
    addEventListener("input", (event) => inputs.push(event.timeStamp), true);
}"""


def slider(page, dimension):
    return page.get_by_test_id(f"pose-slider-{dimension}")


def picture(page, name="canvas"):
    return page.get_by_test_id(f"pose-{name}").evaluate(PIXELS)


def levels(image):
    """What a canvas shows of a picture of the network."""
    return 255 * (1 - image.ravel())


def ready(page):
    """Wait until the browser runs the network and has drawn all strips with it."""
    page.locator('.pose[data-runtime="browser"]').wait_for()
    drawn = """() => [...document.querySelectorAll(".pose-rows canvas")].filter((c) =>
        c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some((x) => x)
    ).length == 16"""
    page.wait_for_function(drawn, polling=100)


def eventually(page, condition):
    """Wait until something is so, however busy the machine."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        page.wait_for_timeout(100)


def shows(page, expected, name="canvas", atol=1):
    """Wait until a canvas shows these levels."""
    eventually(page, lambda: np.allclose(picture(page, name), expected, atol=atol))


def open_pose(visit, link="digit=42", **options):
    page = visit(f"pose?runtime=browser&{link}", **options)
    ready(page)
    return page


def frames(page):
    """Sizes of the websocket frames (sent, received) from now on, filled as they pass."""
    sent, received = [], []

    def listen(socket):
        socket.on("framesent", lambda data: sent.append(len(data)))
        socket.on("framereceived", lambda data: received.append(len(data)))

    page.on("websocket", listen)
    return sent, received


def press_thumb(page, dimension):
    """Put the mouse on a slider's thumb and press; the box it lies in."""
    slider(page, dimension).scroll_into_view_if_needed()
    box = slider(page, dimension).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    return box


def drag(page, dimension, share):
    """Drag a thumb from the middle to a share of the slider's length, and let go."""
    box = press_thumb(page, dimension)
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
