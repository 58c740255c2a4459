import numpy as np

from ingestion.sandbox.company.draws import Dice, normal, shares, uniform


def test_one_account_gets_the_same_number_alone_and_among_others() -> None:
    together = uniform(7, "kind", np.array([3, 4, 5]), 12)
    alone = [Dice(7, account).uniform("kind", 12) for account in (3, 4, 5)]
    assert together.tolist() == alone
    together = normal(7, "kind", np.array([3, 4, 5]), 12)
    assert np.allclose(together, [Dice(7, a).normal("kind", 12) for a in (3, 4, 5)])


def test_other_seeds_kinds_and_indices_give_other_numbers() -> None:
    numbers = {
        Dice(seed, account).uniform(kind, index)
        for seed in (1, 2)
        for account in (1, 2)
        for kind in ("a", "b")
        for index in (0, 1)
    }
    assert len(numbers) == 16


def test_numbers_are_uniform_normal_and_poisson() -> None:
    index = np.arange(40_000)
    assert abs(uniform(1, "u", index).mean() - 0.5) < 0.01
    drawn = normal(1, "n", index)
    assert abs(drawn.mean()) < 0.02 and abs(drawn.std() - 1) < 0.02
    counts = [Dice(1, account).poisson(2.5, "p") for account in range(5_000)]
    assert abs(np.mean(counts) - 2.5) < 0.1 and abs(np.var(counts) - 2.5) < 0.2


def test_a_share_is_exact_in_every_block_and_independent_of_the_companys_size() -> None:
    places = shares(7, "state", np.arange(400))
    assert (places[:200] < 0.04).sum() == (places[200:] < 0.04).sum() == 8
    assert places[:30].tolist() == shares(7, "state", np.arange(30)).tolist()
