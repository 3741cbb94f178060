"""Two databases: the table is the truth, the search index a copy of it in another shape."""

from drawing import Figure

figure = Figure(
    "13_two_databases",
    height=450,
    title="Two databases",
    desc=(
        "A page uploads an image; the function onUpload writes it to the table ImagesTable, which "
        "answers at once. The table's stream brings the change later to the function indexImages, "
        "which writes it to the search index, where each word has a list of images. Lists and "
        "single images are read from the table by getImages, a search goes by searchImages to the "
        "index."
    ),
)
figure.room(20, 180, 120, 90, "Page", "author, reader")
figure.room(190, 40, 160, 70, "onUpload", "writes", colour="compute")
figure.room(190, 190, 160, 70, "getImages", "lists", colour="compute")
figure.room(190, 340, 160, 70, "searchImages", "harbour night", colour="compute")
figure.way((80, 180), (80, 75), (188, 75), late=True)
figure.disc(118, 75, 1)
figure.text(154, 58, "by S3", "kind mid")
figure.way((140, 225), (188, 225))
figure.way((80, 270), (80, 375), (188, 375))
figure.disc(118, 375, 5)

figure.rect(430, 24, 260, 246, "database")
figure.text(560, 46, "ImagesTable", "name mid")
figure.text(560, 68, "an image, its words", "kind mid")
figure.row(446, 86, 228, "1 · Boats in the harbour")
figure.row(446, 124, 228, "2 · Old harbour, night", chosen=True)
figure.row(446, 162, 228, "9 · Night boat")
figure.text(560, 218, "the truth: keys, transactions", "kind mid")
figure.text(560, 244, "costs by use", "kind mid")
figure.way((350, 75), (428, 75))
figure.disc(388, 75, 2)
figure.way((350, 225), (428, 225))

figure.room(770, 92, 160, 80, "indexImages", "follows the stream", colour="compute")
figure.way((690, 132), (768, 132), late=True)
figure.disc(724, 132, 3)
figure.text(724, 106, "stream", "kind mid")

figure.rect(430, 300, 500, 130, "search")
figure.text(446, 322, "images, the search index", "name")
figure.row(446, 340, 228, "harbour → 1, 2", chosen=True)
figure.row(446, 378, 228, "night → 2, 9", chosen=True)
figure.text(810, 344, "a word, its images", "kind mid")
figure.text(810, 370, "a copy, a moment late", "kind mid")
figure.text(810, 396, "costs by the hour", "kind mid")
figure.way((850, 172), (850, 298))
figure.disc(850, 228, 4)
figure.way((350, 375), (428, 375))
figure.disc(388, 375, 6)
figure.write()
