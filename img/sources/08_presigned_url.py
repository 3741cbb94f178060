"""The parts of a presigned URL, and what its signature is made of."""

from drawing import Figure

figure = Figure(
    "08_presigned_url",
    height=512,
    title="The parts of a presigned URL",
    desc=(
        "Line by line: method and address say what may be done to which object. The query says by "
        "which rules it is signed, by whom, when, for how many seconds, which headers must come "
        "as they were signed, and the token of the role's temporary keys. The signature is a hash "
        "of all these lines with the secret key, which is not in the URL. S3 computes the hash "
        "again and compares the two."
    ),
)
PARTS = (
    ("PUT https://…/images/img-1", "what may be done, to which object"),
    ("X-Amz-Algorithm=AWS4-HMAC-SHA256", "Signature Version 4"),
    ("X-Amz-Credential=ASIA…/s3/aws4_request", "who signed, and for which service"),
    ("X-Amz-Date=20261124T090000Z", "when"),
    ("X-Amz-Expires=300", "for how many seconds"),
    ("X-Amz-SignedHeaders=host", "headers that must come as signed"),
    ("X-Amz-Security-Token=…", "the token of a role's temporary keys"),
)
for number, (part, means) in enumerate(PARTS):
    y = 24 + number * 42
    figure.row(72, y, 400, part, h=34)
    figure.text(506, y + 17, means, "step")
figure.rect(56, 12, 432, 308, "neutral")
figure.way((56, 160), (32, 160), (32, 400), (70, 400))
figure.disc(32, 262, 1)
figure.room(560, 346, 180, 60, "Secret key", "not in the URL", colour="entrance")
figure.way((560, 376), (474, 376))
figure.disc(524, 376, 1)
figure.rect(72, 354, 400, 72)
figure.text(88, 378, "X-Amz-Signature=98ac6b4b…", "code")
figure.text(88, 404, "a hash of all these lines, with the key", "kind")
figure.room(790, 346, 146, 60, "S3", "knows the key", colour="storage")
figure.way((863, 406), (863, 452), (272, 452), (272, 428))
figure.disc(600, 452, 2)
figure.text(24, 488, "1 the signer computes it, and asks nobody.")
figure.text(400, 488, "2 S3 computes it again, and compares the two.")
figure.write()
