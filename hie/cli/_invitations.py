"""What the demo tells of people: one who was invited and waits for approval."""

from __future__ import annotations

from hie.exchange.inviting import Chosen, Draft, accept, invite
from hie.exchange.proofs import Reception
from hie.exchange.sessions import requester_of
from hie.record.requester import Role
from hie.sample.region import SampleRegion

INVITED = ("島田 恵", Role.NURSE, "第1234567号")
CHOSEN = Chosen("1234567", "shimada", "kasumi no mukou ni yama", agreed=True)


def tell_invitations(reception: Reception, region: SampleRegion) -> None:
    """Let the first hospital's liaison invite a nurse who accepts; nobody has approved yet."""
    login = next((one.login for one in region.members if one.role is Role.LIAISON), "")
    with reception.store.look() as work:
        account = work.accounts.find(login)
    if account is None:
        return
    by = requester_of(account)
    name, role, number = INVITED
    draft = Draft(name, account.facility, role, number)
    letter = invite(reception.store, reception.clock, by, draft)
    accept(reception, letter.code, "", CHOSEN)
