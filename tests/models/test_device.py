import pytest
import torch

from sgviz.models.device import choose_device, device_label, is_bf16_fast


def test_the_cpu_is_always_there():
    cpu = choose_device("cpu")
    assert cpu.type == "cpu"
    assert device_label(cpu) == "CPU"
    assert is_bf16_fast(cpu) in (True, False)


def test_auto_takes_a_device_that_is_there(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device("auto").type == "cpu"
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device("auto").type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto").type == "cuda"


@pytest.mark.parametrize("choice", ["cuda", "mps", "tpu", "CPU"])
def test_a_device_that_is_not_there_is_one_sentence(monkeypatch, choice):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ValueError, match=choice) as caught:
        choose_device(choice)
    assert "\n" not in str(caught.value)


def test_bf16_is_not_fast_where_torch_cannot_say(monkeypatch):
    for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"):
        monkeypatch.delattr(torch.cpu, name, raising=False)
    assert not is_bf16_fast(torch.device("cpu"))
    assert not is_bf16_fast(torch.device("mps"))


@pytest.mark.parametrize(("capability", "fast"), [((7, 5), False), ((8, 0), True)])
def test_bf16_on_cuda_asks_the_card(monkeypatch, capability, fast):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert is_bf16_fast(torch.device("cuda")) is fast
