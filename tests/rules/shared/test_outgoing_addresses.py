"""Where outgoing calls may go."""

from ipaddress import ip_address

import pytest

from shared.outbound.addresses import ForbiddenAddressError, is_permitted, resolve

PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
LOOPBACK = ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"]
INNER = [
    "0.0.0.0",  # noqa: S104 - nothing is bound
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "192.0.2.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "2002:a00:1::",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_the_open_internet_may_be_reached(address: str) -> None:
    assert is_permitted(ip_address(address), allows_loopback=False)


@pytest.mark.parametrize("address", LOOPBACK)
def test_this_machine_may_be_reached_where_that_is_said(address: str) -> None:
    assert is_permitted(ip_address(address), allows_loopback=True)
    assert not is_permitted(ip_address(address), allows_loopback=False)


@pytest.mark.parametrize("address", INNER)
def test_inner_networks_may_not(address: str) -> None:
    assert not is_permitted(ip_address(address), allows_loopback=True)
    assert not is_permitted(ip_address(address), allows_loopback=False)


async def test_a_name_is_checked_by_what_it_resolves_to() -> None:
    assert (await resolve("localhost", 80, allows_loopback=True)).is_loopback
    with pytest.raises(ForbiddenAddressError):
        await resolve("localhost", 80, allows_loopback=False)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"])
async def test_other_ways_to_write_this_machine_are_seen_through(host: str) -> None:
    with pytest.raises((ForbiddenAddressError, OSError)):
        await resolve(host, 80, allows_loopback=False)
