"""Delivery reports in the shapes of the usual mail servers, as their documentation and RFC 3464 show them."""

from __future__ import annotations

POSTFIX = """\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: complaints@larkspur.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B/mx.example"

--B/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example. Your message could not be delivered.

--B/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Tue,  9 Jun 2026 10:15:00 +0100 (BST)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.customer.example
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected:
    User unknown in virtual mailbox table

--B/mx.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: complaints@larkspur.example
To: {to}
Message-ID: <{message_id}>
Subject: Your complaint

--B/mx.example--
"""
EXIM = """\
From: Mail Delivery System <Mailer-Daemon@relay.example>
To: complaints@larkspur.example
X-Failed-Recipients: {to}
References: <{message_id}>
Subject: Mail delivery failed: returning message to sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=1749460500-eximdsn-1

--1749460500-eximdsn-1
Content-type: text/plain; charset=us-ascii

A message that you sent could not be delivered. This is a permanent error.

--1749460500-eximdsn-1
Content-type: message/delivery-status

Reporting-MTA: dns; relay.example

Action: failed
Final-Recipient: rfc822;{to}
Status: 5.0.0
Remote-MTA: dns; mail.customer.example
Diagnostic-Code: smtp; 550 No such user here

--1749460500-eximdsn-1
Content-type: message/rfc822

From: complaints@larkspur.example
To: {to}
Message-Id: <{message_id}>
Subject: Your complaint

Dear customer,
--1749460500-eximdsn-1--
"""
EXCHANGE = """\
From: Microsoft Outlook <postmaster@customer.example>
To: <complaints@larkspur.example>
Subject: Undeliverable: Your complaint
In-Reply-To: <{message_id}>
References: <{message_id}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="9B095B5ADSN=_01D7"

--9B095B5ADSN=_01D7
Content-Type: text/html; charset="us-ascii"

<p>Your message couldn't be delivered.</p>

--9B095B5ADSN=_01D7
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.customer.example
Received-From-MTA: dns;mx.example

Final-Recipient: RFC822;{to}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--9B095B5ADSN=_01D7--
"""
GMAIL = """\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>
To: complaints@larkspur.example
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: <{message_id}>
In-Reply-To: <{message_id}>
MIME-Version: 1.0
Content-Type: multipart/report; boundary="000000000000aa"; report-type=delivery-status

--000000000000aa
Content-Type: multipart/related; boundary="000000000000bb"

--000000000000bb
Content-Type: text/plain; charset="UTF-8"

** Address not found **

--000000000000bb--
--000000000000aa
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.example
Arrival-Date: Tue, 09 Jun 2026 02:15:00 -0700 (PDT)
X-Original-Message-ID: <{message_id}>

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.customer.example. (192.0.2.7, the server for the domain customer.example.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Tue, 09 Jun 2026 02:15:01 -0700 (PDT)

--000000000000aa--
"""
SHAPES = {"postfix": POSTFIX, "exim": EXIM, "exchange": EXCHANGE, "gmail": GMAIL}


def a_shape(name: str, *, to: str, message_id: str) -> bytes:
    """A report of this server about a mail of ours, with the line ends of the wire."""
    return SHAPES[name].format(to=to, message_id=message_id).replace("\n", "\r\n").encode()
