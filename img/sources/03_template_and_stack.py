"""From the names in a template to resources with names of their own: Ref and GetAtt."""

from drawing import Figure

figure = Figure(
    "03_template_and_stack",
    height=470,
    title="A template's names, a stack's resources",
    desc=(
        "Left the template with three logical names: GroupsTable, GetGroupsRole, and the function "
        "GetGroups, which refers to both. CloudFormation makes the table and the role first, for "
        "the function needs them. Ref is replaced by the table's physical name, Groups-dev; "
        "GetAtt by an attribute of the role, its ARN. Then the function is made, with both values "
        "in it. What was made from one template is one stack."
    ),
)
figure.rect(24, 24, 330, 422, "neutral")
figure.text(40, 50, "Template", "name")
figure.text(338, 50, "logical names", "kind end")
for y, lines in (
    (84, ("GroupsTable:", "  Type: AWS::DynamoDB::Table")),
    (164, ("GetGroupsRole:", "  Type: AWS::IAM::Role")),
    (
        244,
        (
            "GetGroups:",
            "  Type: AWS::Lambda::Function",
            "  Role: !GetAtt GetGroupsRole.Arn",
            "  Environment:",
            "    GROUPS_TABLE: !Ref GroupsTable",
        ),
    ),
):
    for place, line in enumerate(lines):
        figure.text(40, y + place * 28, line.replace(" ", "\u00a0"), "code")

figure.rect(476, 24, 460, 422, "neutral")
figure.text(492, 50, "Stack", "name")
figure.text(920, 50, "physical names", "kind end")
figure.room(640, 72, 280, 60, "Groups-dev", "DynamoDB table", colour="database")
figure.room(640, 158, 280, 60, "arn:aws:iam::…:role/…", "the role's ARN", colour="entrance")
figure.rect(640, 274, 280, 152, "compute")
figure.text(656, 298, "udagram-dev-getGroups", "name")
figure.text(656, 322, "Lambda function", "kind")
figure.row(652, 340, 256, "role: arn:aws:iam::…:role/…", h=32)
figure.row(652, 382, 256, "GROUPS_TABLE: Groups-dev", h=32)

figure.way((354, 102), (638, 102))
figure.disc(430, 102, 1)
figure.way((354, 186), (638, 186))
figure.disc(430, 186, 1)
figure.text(370, 144, "made first")
figure.way((354, 290), (638, 290))
figure.disc(430, 290, 3)
figure.text(370, 268, "made last")
figure.way((640, 202), (622, 202), (622, 356), (650, 356))
figure.disc(622, 246, 2)
figure.text(648, 246, "GetAtt: an attribute")
figure.text(578, 358, "Ref: name", "step end")
figure.way((640, 118), (588, 118), (588, 398), (650, 398))
figure.disc(588, 246, 2)
figure.write()
