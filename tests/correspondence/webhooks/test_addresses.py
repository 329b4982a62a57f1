"""Where a webhook may not go, in every spelling we know of."""

from __future__ import annotations

import socket

import pytest
from pytest_django import Settings

from correspondence.webhooks.addresses import AddressRefused, forbidden, resolved, taken_apart

INSIDE = {
    "127.0.0.1": "this machine itself",
    "127.8.9.10": "this machine itself",
    "::1": "this machine itself",
    "10.0.0.7": "a private or reserved address",
    "172.16.0.1": "a private or reserved address",
    "192.168.1.1": "a private or reserved address",
    "100.64.0.1": "a private or reserved address",
    "0.0.0.0": "a private or reserved address",
    "192.0.2.1": "a private or reserved address",
    "198.18.0.1": "a private or reserved address",
    "240.0.0.1": "a private or reserved address",
    "255.255.255.255": "a private or reserved address",
    "169.254.169.254": "a link-local address, where clouds keep their secrets",
    "224.0.0.1": "many machines at once",
    "192.88.99.1": "many machines at once",
    "fe80::1": "a link-local address",
    "fe80::1%eth0": "a link-local address",
    "fc00::1": "a private or reserved address",
    "fd12:3456::1": "a private or reserved address",
    "fec0::1": "a private or reserved address",
    "2001:db8::1": "a private or reserved address",
    "ff02::1": "many machines at once",
    "::": "an IPv4 address in disguise",
    "::127.0.0.1": "an IPv4 address in disguise",
    "::ffff:127.0.0.1": "an IPv4 address in disguise",
    "::ffff:8.8.8.8": "an IPv4 address in disguise",
    "64:ff9b::7f00:1": "an IPv4 address in disguise",
    "2002:7f00:1::": "an IPv4 address in disguise",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2": "an IPv4 address in disguise",
    "not an address": "no IP address",
}  # fmt: skip


@pytest.mark.parametrize(("address", "reason"), INSIDE.items())
def test_an_address_that_is_not_public_is_refused_in_words(address: str, reason: str) -> None:
    assert forbidden(address) == reason


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:830::200e"])
def test_a_public_address_is_not_refused(address: str) -> None:
    assert forbidden(address) == ""


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
     "[::ffff:7f00:1]", "169.254.169.254", "10.1.2.3", "[fd00::1]", "0", "localhost."],
)  # fmt: skip
def test_every_spelling_of_an_address_inside_is_refused_before_a_call(host: str) -> None:
    with pytest.raises(AddressRefused, match=r"leads to|names no host|Nobody knows"):
        resolved(taken_apart(f"https://{host}/hook"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://example.com/", "must begin with https"),
        ("ftp://example.com/", "must begin with https"),
        ("file:///etc/passwd", "names no host"),
        ("gopher://example.com:443/", "must begin with https"),
        ("//example.com/", "must begin with https"),
        ("example.com/hook", "names no host"),
        ("", "names no host"),
        ("https://", "names no host"),
        ("https://example.com:22/", "port 443 or 8443"),
        ("https://example.com:80/", "port 443 or 8443"),
        ("https://example.com:99999/", "not a web address"),
        ("https://[::1/", "not a web address"),
        ("https://user:secret@example.com/", "name and password"),
        ("https://127.0.0.1#@example.com/", "what follows a #"),
        ("https://example.com\\@127.0.0.1/", "plain characters"),
        ("https://exa mple.com/", "plain characters"),
        ("https://example.com/\r\nHost: inside", "plain characters"),
        ("https://\u0435xample.com/", "plain characters"),
        ("https://ex_ample!.com/", "names no host"),
        ("https://example.com/" + "x" * 500, "plain characters"),
    ],
)
def test_what_is_no_address_for_a_webhook_is_refused_in_words(address: str, words: str) -> None:
    with pytest.raises(AddressRefused, match=words):
        taken_apart(address)


def test_a_name_nobody_knows_is_refused() -> None:
    with pytest.raises(AddressRefused, match=r"Nobody knows a host named nowhere\.invalid"):
        resolved(taken_apart("https://nowhere.invalid/"))


def test_one_bad_answer_among_good_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)

    with pytest.raises(AddressRefused, match=r"mixed\.example leads to a private"):
        resolved(taken_apart("https://mixed.example/"))


def test_only_tests_may_name_a_server_inside(settings: Settings) -> None:
    settings.WEBHOOK_TEST_TARGETS = frozenset({"127.0.0.1:9999"})
    assert resolved(taken_apart("http://127.0.0.1:9999/")).address == ("127.0.0.1", 9999)

    settings.MODE = "production"
    with pytest.raises(AddressRefused, match="must begin with https"):
        taken_apart("http://127.0.0.1:9999/")
