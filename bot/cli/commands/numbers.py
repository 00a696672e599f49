"""`bot numbers`: the numbers of the account."""

from __future__ import annotations

import click

from bot.cli import options, provider
from bot.cli.output import dim, line
from bot.provider.client import Gateway


@click.command()
@options.json_option
def command(as_json: bool) -> int:
    """Our numbers, each with the longcodeId that sends from it.

    A toll-free number must be verified at MTA before it may send.

    \b
    Examples:
      bot numbers
      bot numbers --json
    """
    numbers = provider.taken(provider.ask(options.settings(), Gateway.numbers))
    for number in numbers:
        if as_json:
            options.print_json(
                {
                    "number": number.number,
                    "longcodeId": number.longcode_id,
                    "tollFreeVerificationStatus": number.verification,
                }
            )
        else:
            status = f"toll-free: {line(number.verification or 'status not told')}"
            about = f"  {dim(status)}" if number.is_toll_free else ""
            print(f"{number.number}  longcodeId {number.longcode_id}{about}")
    if not numbers and not as_json:
        print("the account has no numbers")
    return 0
