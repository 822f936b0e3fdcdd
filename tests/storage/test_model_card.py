"""A model card's ancestry: a graph, kept as a flat list."""

import copy

from capsnet.storage import model_card


def entry(letter, card):
    return {"file": f"{letter}.keras", "bytes": 1, "sha256": letter * 64, "card": card}


FIRST = {"name": "first", "best_epoch": 4, "start": None}
LEFT = {"name": "left", "best_epoch": 2, "start": entry("a", FIRST)}
RIGHT = {"name": "right", "best_epoch": 3, "start": entry("a", FIRST)}
MEAN = {
    "name": "mean",
    "best_epoch": 0,
    "start": entry("c", RIGHT),
    "averaged_with": [entry("b", LEFT), entry("d", None)],
}
SHIPPED = {"name": "shipped", "best_epoch": 1, "start": entry("e", MEAN)}


def names(card):
    return [ancestor["card"]["name"] for ancestor in card["ancestors"]]


def test_every_ancestor_is_told_once_the_nearest_first():
    before = copy.deepcopy(SHIPPED)
    flat = model_card.flattened(SHIPPED)
    assert before == SHIPPED
    assert names(flat) == ["mean", "right", "first", "left"]
    assert flat["start"] == {"file": "e.keras", "bytes": 1, "sha256": "e" * 64}
    mean = flat["ancestors"][0]["card"]
    assert [parent["file"] for parent in mean["averaged_with"]] == ["b.keras", "d.keras"]
    assert all("card" not in parent for parent in mean["averaged_with"])


def test_the_way_back_is_the_same_in_both_forms():
    flat = model_card.flattened(SHIPPED)
    for card in (SHIPPED, flat):
        assert model_card.epochs_trained(card) == 1 + 0 + 3 + 4
    parent = model_card.start_of(flat)
    assert (parent["name"], model_card.start_of(parent)["name"]) == ("mean", "right")
    assert model_card.start_of(FIRST) is None


def test_a_flat_card_that_goes_on_stays_flat():
    once = model_card.flattened(SHIPPED)
    assert model_card.flattened(once) == once
    nested = {"name": "next", "best_epoch": 1, "start": entry("f", once)}
    assert names(model_card.flattened(nested)) == ["shipped", "mean", "right", "first", "left"]


def test_forged_circles_and_other_things_than_cards_come_to_an_end():
    circle = {
        "best_epoch": 1,
        "start": {"sha256": "a"},
        "ancestors": [{"sha256": "a", "card": {"best_epoch": 2, "start": {"sha256": "a"}}}],
    }
    assert model_card.epochs_trained(circle) == 3
    odd = {"best_epoch": 1, "start": 5, "averaged_with": 7, "ancestors": [3, {"card": {}}]}
    assert model_card.epochs_trained(model_card.flattened(odd)) == 1


def test_the_shipped_card_is_flat_and_small():
    card = model_card.read_card()
    assert model_card.card_path().stat().st_size < 60_000
    assert len(card["ancestors"]) == len({one["sha256"] for one in card["ancestors"]}) > 10
    assert model_card.epochs_trained(card) == 83
