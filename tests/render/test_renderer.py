"""Fairness: what a newer request drops, who has the next turn, what errors become."""

from dataclasses import dataclass, field, replace

import pytest
import torch

from sgviz.frame import Part
from sgviz.render import thumbnails
from sgviz.render.request import Key
from sgviz.render.stage import Stage
from sgviz.render.stages import STAGES
from sgviz.state import Focus, State


@dataclass
class Book:
    """Stages that write down what they do; each depends on one field of State."""

    log: list[str] = field(default_factory=list)
    broken: dict[str, Exception] = field(default_factory=dict)

    def stage(self, name, get, chunks=1, version=lambda request: None):
        def run(request, desk):
            for chunk in range(chunks - 1):
                self.log.append(f"{name} {get(request)} {chunk}")
                yield None
            self.log.append(f"{name} {get(request)} last")
            if name in self.broken:
                raise self.broken[name]
            return get(request)

        def key(request, desk):
            return Key(get(request), version(request))

        return Stage(name, key, run)


@pytest.fixture
def book():
    return Book()


def psi(request):
    return request.state.psi


def noise_seed(request):
    return request.state.noise_seed


def resting(request):
    return request.settled.psi


def values(parts):
    return [part.value for part in parts]


def test_every_part_is_made_once(book, make_hand, sources):
    first, second = book.stage("first", psi), book.stage("second", noise_seed, 3)
    hand = make_hand(sources, stages=(first, second))
    hand.ask(State(psi=0.5, noise_seed=4))
    parts = hand.finish()
    assert parts["first"].value == 0.5
    assert parts["second"].value == 4
    assert parts["second"].serial == 1
    hand.ask(State(psi=0.5, noise_seed=4))
    hand.finish()
    assert len(book.log) == 4


def test_the_latest_request_wins(book, make_hand, sources):
    hand = make_hand(sources, stages=(book.stage("first", psi),))
    for value in (0.1, 0.2, 0.3):
        hand.ask(State(psi=value))
    hand.finish()
    assert values(hand.made("first")) == [0.3]
    assert hand.newest()["first"].serial == 3


def test_a_newer_request_drops_only_what_it_changed(book, make_hand, sources):
    table = (book.stage("kept", noise_seed, 5), book.stage("dropped", psi, 5))
    hand = make_hand(sources, stages=table)
    hand.ask(State(psi=0.1, noise_seed=1))
    for _ in range(6):
        hand.chunk()
    hand.ask(State(psi=0.2, noise_seed=1))
    hand.finish()
    kept = [line for line in book.log if line.startswith("kept")]
    assert kept == ["kept 1 0", "kept 1 1", "kept 1 2", "kept 1 3", "kept 1 last"]
    assert book.log.count("dropped 0.1 last") == 0
    assert values(hand.made("dropped")) == [0.2]
    assert hand.newest()["kept"].serial == 1


def test_the_dearest_first_and_the_others_in_turn(book, make_hand, sources):
    """Three turns of the dearest, and one of the others; one, too, for what it made."""
    table = tuple(book.stage(name, psi, 4) for name in "abc")
    hand = make_hand(sources, stages=table)
    hand.ask(State())
    hand.finish()
    order = "".join(line[0] for line in book.log)
    assert order.startswith("aaab" + "a" + "c" + "bbb")
    assert sorted(order) == sorted("aaaabbbbcccc")


def test_nobody_starves_in_a_storm(book, make_hand, sources):
    """Two dear stages change with every request; the third still ends."""
    table = (
        book.stage("image", psi),
        book.stage("scene", psi, 2),
        book.stage("marker", psi),
        book.stage("thumbnails", resting, 6),
    )
    hand = make_hand(sources, stages=table)
    for step in range(40):
        hand.ask(State(psi=step / 100), Focus(moving=True))
        hand.chunk()
    assert values(hand.made("thumbnails")) == [0.0]
    images = values(hand.made("image"))
    assert len(images) >= 18
    assert images == sorted(images)
    hand.ask(State(psi=0.5))
    hand.finish()
    assert values(hand.made("thumbnails")) == [0.0, 0.5]


def test_an_image_never_waits_for_more_than_one_chunk(book, make_hand, sources):
    table = (book.stage("image", psi), book.stage("slow", noise_seed, 50))
    hand = make_hand(sources, stages=table)
    hand.ask(State(psi=0.0))
    hand.finish()
    hand.ask(State(psi=0.0, noise_seed=9))
    for step in range(1, 20):
        hand.ask(State(psi=step / 100, noise_seed=9))
        hand.chunk()
        hand.chunk()
        assert hand.newest()["image"].value == step / 100


def test_a_newer_request_comes_before_the_turn_of_another(book, make_hand, sources):
    """But for the first after one that gave nobody a turn: else none had any."""
    table = (book.stage("image", psi), book.stage("slow", noise_seed, 50))
    hand = make_hand(sources, stages=table)
    hand.ask(State(psi=0.0, noise_seed=1))
    hand.chunk()
    assert book.log[-1].startswith("image")
    for step in range(1, 9):
        for _ in range(step):  # of slow; at its end, or before, slow has had a turn
            hand.chunk()
            assert book.log[-1].startswith("slow")
        hand.ask(State(psi=step / 100, noise_seed=1))
        hand.chunk()
        assert book.log[-1].startswith("image")


def test_work_goes_on_while_the_network_moves(book, make_hand, sources):
    """Snapshots stream in faster than the work is done, and it is done all the same."""
    versions = iter(range(1000))
    stage = book.stage("thumbnails", noise_seed, 8, version=lambda _: next(versions))
    hand = make_hand(sources, stages=(stage,))
    hand.ask(State())
    for _ in range(20):
        hand.chunk()
    assert len(hand.made("thumbnails")) == 2
    hand.ask(State(noise_seed=1))
    hand.chunk()
    assert book.log[-1] == "thumbnails 1 0"


@pytest.mark.parametrize("error", [ValueError("bad axis"), OSError("no disk")])
def test_an_error_with_a_sentence_is_a_problem(book, make_hand, sources, error):
    table = (book.stage("first", psi), book.stage("second", psi))
    book.broken["first"] = error
    hand = make_hand(sources, stages=table)
    hand.ask(State(psi=0.1))
    parts = hand.finish()
    assert parts["first"].value is None
    assert parts["first"].problem.what == str(error)
    assert parts["second"].value == 0.1
    del book.broken["first"]
    hand.ask(State(psi=0.2))
    assert hand.finish()["first"].value == 0.2


def test_an_error_of_the_program_has_its_details(book, make_hand, sources, caplog):
    book.broken["first"] = KeyError("torn")
    hand = make_hand(sources, stages=(book.stage("first", psi),))
    hand.ask(State())
    problem = hand.finish()["first"].problem
    assert problem.what.startswith("The first could not be computed: ")
    assert "Traceback" in problem.details
    assert "stage first failed" in caplog.text


def test_a_failed_stage_is_not_tried_again_and_again(book, make_hand, sources):
    book.broken["first"] = ValueError("no")
    hand = make_hand(sources, stages=(book.stage("first", psi),))
    hand.ask(State())
    hand.finish()
    hand.ask(State())
    hand.finish()
    assert len(book.log) == 1


class FakeDevice:
    """A device that is no CPU, as far as anybody asks."""

    type = "cuda"

    def __hash__(self) -> int:
        return 5


def test_a_gpu_that_fails_is_left(book, make_hand, sources, monkeypatch):
    fault = torch.OutOfMemoryError("CUDA out of memory.\nTried to allocate 2 GiB")
    first, second = book.stage("first", psi), book.stage("second", psi)
    book.broken["second"] = fault
    hand = make_hand(sources, stages=(first, second))
    sources.device = FakeDevice()
    leave = sources.leave_gpu

    def left(reason):
        book.broken.clear()
        return leave(reason)

    monkeypatch.setattr(sources, "leave_gpu", left)
    hand.ask(State(psi=0.3))
    parts = hand.finish()
    assert sources.device == torch.device("cpu")
    assert sources.notice == (
        "The GPU failed (CUDA out of memory.): computing on the CPU now."
    )
    assert [parts["first"].value, parts["second"].value] == [0.3, 0.3]
    assert book.log == ["first 0.3 last", "second 0.3 last"] * 2


def test_a_cpu_without_memory_is_a_problem(book, make_hand, sources):
    book.broken["first"] = torch.OutOfMemoryError("no memory left\nat all")
    hand = make_hand(sources, stages=(book.stage("first", psi),))
    hand.ask(State())
    assert hand.finish()["first"].problem.what == "Out of memory: no memory left"


def test_a_whole_frame_survives_its_gpu(make_hand, sources, little, monkeypatch):
    """The second thumbnail finds the GPU gone; nothing of the frame is missing."""
    real, calls = thumbnails.synthesize_steps, []

    def synthesize_steps(*args):
        calls.append(args)
        if len(calls) == 2:
            sources.device = FakeDevice()
            raise torch.AcceleratorError("CUDA error: unspecified launch failure")
        return real(*args)

    monkeypatch.setattr(thumbnails, "synthesize_steps", synthesize_steps)
    hand = make_hand(sources)
    hand.ask(little)
    parts = hand.finish()
    assert sources.device == torch.device("cpu")
    assert all(part.problem is None for part in hand.parts)
    assert set(parts) == {stage.name for stage in STAGES if not stage.measure}
    assert "The GPU failed (CUDA error" in parts["model"].value.notice
    assert parts["model"].value.device == "CPU"
    assert len(hand.made("image")) == 2


def test_serials_never_go_back(book, make_hand, sources):
    table = (book.stage("first", psi, 2), book.stage("second", noise_seed, 3))
    hand = make_hand(sources, stages=table)
    numbers = torch.randint(0, 5, (300, 2), generator=torch.Generator().manual_seed(0))
    for a, b in numbers.tolist():
        hand.ask(State(psi=a / 10, noise_seed=b))
        hand.chunk()
    hand.finish()
    shown: dict[str, Part] = {}
    for part in hand.parts:
        assert part.serial >= getattr(shown.get(part.name), "serial", 0)
        shown[part.name] = part
    assert shown["first"].value == numbers[-1][0].item() / 10
    assert shown["second"].value == numbers[-1][1].item()


def test_the_table_is_in_the_order_dear_to_the_eye():
    names = [stage.name for stage in STAGES]
    assert names[:4] == ["model", "image", "scene", "marker"]
    assert names[4:7] == ["image_beside", "companions", "asked"]
    assert names[7:9] == ["statistics", "thumbnails"]


def test_a_measure_is_made_only_while_somebody_looks(book, make_hand, sources):
    seen = book.stage("first", psi)
    looked_at = replace(book.stage("length", psi, 3), measure=True)
    hand = make_hand(sources, stages=(seen, looked_at))
    hand.ask(State(psi=0.5))
    assert set(hand.finish()) == {"first"}
    hand.ask(State(psi=0.5), measures=frozenset({"length"}))
    assert hand.finish()["length"].value == 0.5
    hand.ask(State(psi=0.25))
    assert hand.finish()["length"].value == 0.5


def test_a_measure_nobody_looks_at_any_more_is_given_up(book, make_hand, sources):
    looked_at = replace(book.stage("length", psi, 5), measure=True)
    hand = make_hand(sources, stages=(looked_at,))
    hand.ask(State(psi=0.5), measures=frozenset({"length"}))
    hand.chunk()  # it says that it begins
    hand.chunk()
    hand.ask(State(psi=0.5))
    hand.finish()
    assert book.log == ["length 0.5 0"]


def test_long_work_rests_while_the_hand_moves_and_goes_on_after(
    book, make_hand, sources
):
    slow = replace(book.stage("ppl", noise_seed, 4), long=True)
    hand = make_hand(sources, stages=(book.stage("first", psi), slow))
    hand.ask(State(psi=0.5))
    for _ in range(3):
        hand.chunk()
    begun = len(book.log)
    for value in (0.4, 0.3):
        hand.ask(State(psi=value), Focus(moving=True))
        hand.finish()
    assert [line for line in book.log[begun:] if "ppl" in line] == []
    hand.ask(State(psi=0.3))
    assert hand.finish()["ppl"].value == 0
    assert [line for line in book.log if line == "ppl 0 0"] == ["ppl 0 0"]
