"""A card in short: the shipped network's, and what others' cards leave out."""

from capsnet.storage import model_card


def test_the_shipped_card_in_short():
    card = model_card.read_card()
    told = model_card.facts(card)
    assert told["trained on"] == "MNIST"
    assert told["test: share read rightly"] == f"{card['test']['accuracy']:.4g}"
    assert told["epochs in all"] == str(model_card.epochs_trained(card))


def test_what_a_card_does_not_say_is_left_out():
    odd = {"preset": "x" * 1000, "data": "MNIST", "seed": None, "test": {"accuracy": [1]}}
    assert model_card.facts(odd) == {"preset": "x" * model_card.LONGEST_FACT}
