"""Three ways to upload: which of them the file's bytes take."""

from drawing import Figure

figure = Figure(
    "08_three_uploads",
    height=480,
    title="Three ways to upload a file",
    desc=(
        "By a server: browser, server on EC2, bucket; the file passes through the server. By a "
        "function: browser, API Gateway, function, bucket; the file passes through all, as an "
        "event of at most 6 MB. By a presigned URL: the browser asks API Gateway and a function "
        "for an address and then puts the file into the bucket itself."
    ),
)


def carries(*points: tuple[int, int]) -> None:
    """An arrow that carries the file: thicker, in the colour of storage, and named."""
    path = "M" + " L".join(f"{x} {y}" for x, y in points)
    figure.parts.append(
        f'<path d="{path}" fill="none" stroke="#4a861f" stroke-width="5" marker-end="url(#file)"/>'
    )


figure.parts.append(
    '<defs><marker id="file" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="3.2"'
    ' markerHeight="3.2" orient="auto"><path d="M0 0 10 5 0 10z" fill="#4a861f"/></marker></defs>'
)
for y, name in ((44, "1 · by a server"), (184, "2 · by a function"), (324, "3 · presigned")):
    figure.text(24, y - 20, name, "name")
    figure.room(24, y, 120, 76, "Browser", "has the file")
    figure.room(806, y, 130, 76, "Bucket", "S3, private", colour="storage")

figure.room(420, 44, 180, 76, "Server", "EC2, yours to keep", colour="compute")
carries((146, 82), (414, 82))
carries((602, 82), (800, 82))
figure.text(280, 66, "file, any size", "kind mid")
figure.text(700, 66, "file", "kind mid")

figure.room(260, 184, 170, 76, "API Gateway", "10 MB at most", colour="entrance")
figure.room(540, 184, 160, 76, "carry", "6 MB of event", colour="compute")
carries((146, 222), (254, 222))
carries((432, 222), (534, 222))
carries((702, 222), (800, 222))
figure.text(202, 206, "file", "kind mid")
figure.text(483, 206, "base64", "kind mid")
figure.text(751, 206, "file", "kind mid")

figure.room(260, 324, 170, 76, "API Gateway", "a few hundred bytes", colour="entrance")
figure.room(540, 324, 160, 76, "sign", "Lambda function", colour="compute")
figure.way((146, 350), (256, 350))
figure.way((432, 350), (536, 350))
figure.way((540, 376), (434, 376))
figure.way((260, 376), (148, 376))
figure.disc(200, 350, 1)
figure.disc(200, 376, 2)
figure.text(483, 338, "may I?", "kind mid")
figure.text(483, 392, "address", "kind mid")
carries((84, 402), (84, 444), (870, 444), (870, 406))
figure.disc(280, 444, 3)
figure.text(480, 464, "file, up to 5 GB in one PUT, past the gateway and the function", "kind mid")
figure.write()
