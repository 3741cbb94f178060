"""The way of an upload, from the browser that asks to the browsers that are told."""

from drawing import Figure

figure = Figure(
    "00_upload_way",
    height=400,
    title="The way of an upload",
    desc=(
        "A browser asks createImage for a presigned URL and puts the file into S3 with it. S3 "
        "starts onUpload, which marks the image READY in the Images table. The table's stream "
        "starts notifyWatchers, which tells the watching browsers, and feeds the search index."
    ),
)
figure.room(20, 150, 150, 80, "Browser", "a signed-in user")
figure.room(280, 30, 160, 80, "createImage", "Lambda function", colour="compute")
figure.room(280, 290, 160, 80, "images/", "S3 bucket, private", colour="storage")
figure.room(530, 290, 160, 80, "onUpload", "Lambda function", colour="compute")
figure.room(530, 30, 160, 80, "Images", "DynamoDB table", colour="database")
figure.room(772, 30, 176, 80, "notifyWatchers", "Lambda function", colour="compute")
figure.room(772, 290, 176, 80, "images index", "OpenSearch", colour="search")

figure.way((95, 150), (95, 70), (278, 70))
figure.disc(130, 70, 1)
figure.text(150, 50, "title, type, size")
figure.way((95, 230), (95, 330), (278, 330))
figure.disc(130, 330, 2)
figure.text(150, 352, "PUT, presigned")
figure.way((440, 330), (528, 330), late=True)
figure.disc(466, 330, 3)
figure.text(484, 308, "event", "step mid")
figure.way((610, 290), (610, 112))
figure.disc(610, 225, 4)
figure.text(628, 250, "READY")
figure.way((440, 70), (528, 70))
figure.text(484, 52, "PENDING", "step mid")
figure.way((690, 70), (770, 70), late=True)
figure.disc(716, 70, 5)
figure.text(734, 50, "stream", "step mid")
figure.way((744, 70), (744, 330), (770, 330), late=True)
figure.way((860, 112), (860, 190), (172, 190))
figure.disc(820, 190, 6)
figure.text(235, 172, "image.ready, over the WebSocket")
figure.write()
