"""Velocity, as API Gateway's mapping templates know it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from serverless_app.local.gateway.call import Call
from serverless_app.local.gateway.errors import GatewayError
from serverless_app.local.gateway.mapping_templates import render
from serverless_app.local.gateway.rest_records import RestApi, Stage
from serverless_app.local.gateway.routing import Routes
from serverless_app.local.http.messages import Request


def a_call(**more: Any) -> Call:
    stage = Stage("dev", "d1", {"colour": "blue"}, {}, None)
    api = RestApi("a1", "test", False, (), "HEADER", Routes(()), {}, {}, {})
    values: dict[str, Any] = {
        "request": Request("POST", "/"),
        "api": api,
        "stage": stage,
        "path": "/",
        "headers": {"X-One": ["1"], "both": ["header"]},
        "query": {"q": ["first", "last"], "both": ["query"]},
        "request_id": "r1",
        "extended_request_id": "e1",
        "trace_id": "t1",
        "started": 0.0,
        "path_parameters": {"groupId": "g1", "both": "path"},
        "context": {"requestId": "r1", "identity": {"sourceIp": "127.0.0.1"}, "authorizer": None},
    }
    return Call(**{**values, **more})


BODY = '{"name": "Ada", "list": [1, {"k": "v"}], "nested": {"a": true, "b": null}, "dash-ed": 1}'


def rendered(template: str, body: str = BODY) -> str:
    return render(template, body, a_call())[0]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$input.body", BODY),
        ("$input.json('$')", json.dumps(json.loads(BODY), separators=(",", ":"))),
        ("$input.json('$.name')", '"Ada"'),
        ("$input.json('$.nothing')", '""'),
        ("$input.path('$.name')", "Ada"),
        ("$input.path('$.nested')", "{a=true, b=null}"),
        ("$input.path('$.list')", '[1,{"k":"v"}]'),
        ("$input.path('$.list[1].k')", "v"),
        ("$input.path(\"$['dash-ed']\")", "1"),
        ("$input.path('$').name", "Ada"),
        ("$input.path('$.list').size()", "2"),
        ("$input.path('$.list[*].k')", '["v"]'),
        ("$input.path('$.nothing')", ""),
        ("$input.params('groupId')", "g1"),
        ("$input.params('q')", "last"),
        ("$input.params('x-one')", "1"),
        ("$input.params('both')", "path"),
        ("$input.params('nothing')", ""),
        ("$input.params().querystring.q", "last"),
        ("$input.params().header.get('X-One')", "1"),
        ("$input.params().path", "{groupId=g1, both=path}"),
        ('$util.escapeJavaScript("it\'s a/b")', "it\\'s a\\/b"),
        ("$util.escapeJavaScript('é')", "\\u00E9"),
        ("$util.urlEncode('a b&c~*')", "a+b%26c%7E*"),
        ("$util.urlDecode('a+b%26c')", "a b&c"),
        ("$util.base64Encode('hé')", "aMOp"),
        ("$util.base64Decode('aMOp')", "hé"),
        ("$util.parseJson('{\"a\": [1]}').a", "[1]"),
        ("$context.requestId $context.identity.sourceIp", "r1 127.0.0.1"),
        ("$stageVariables.colour ${stageVariables.colour}s", "blue blues"),
        ("$unknown", ""),
        ("#set($x = 3)#if($x > 2)large#{else}small#end", "large"),
        ("#if($input.path('$.nothing'))there#{else}not there#end", "not there"),
        ("#if(!$input.path('$.nothing'))not there#end", "not there"),
        ("#if($input.path('$.nested.a') == true)yes#end", "yes"),
        ("#foreach($i in $input.path('$.list'))$foreach.index:$i;#end", "0:1;1:{k=v};"),
        ("#foreach($k in $input.path('$.nested').keySet())$k#if($foreach.hasNext),#end#end", "a,b"),
        ("$input.path('$.name').toUpperCase().substring(0, 2)", "AD"),
        ("$input.path('$').items", ""),
    ],
)
def test_a_template_renders(template: str, text: str) -> None:
    assert rendered(template) == text


def test_an_empty_body_is_an_empty_object() -> None:
    assert rendered("$input.json('$')", "") == "{}"


def test_overrides_are_told() -> None:
    template = (
        "#set($context.responseOverride.status = 201)"
        "#set($context.responseOverride.header.X-Own = 'a')"
        "#set($context.requestOverride.querystring.q = 'b')"
    )
    assert render(template, "", a_call())[1] == {
        "requestOverride": {"header": {}, "path": {}, "querystring": {"q": "b"}},
        "responseOverride": {"header": {"X-Own": "a"}, "status": 201},
    }


@pytest.mark.parametrize(
    "template", ["#if(true)", "$input.json('$.x'", "#evaluate($input.body)", "$input.json('$')"]
)
def test_a_template_that_fails_is_a_500(template: str) -> None:
    with pytest.raises(GatewayError) as refusal:
        rendered(template, "no json")
    assert refusal.value.status == 500


FRAMEWORK_DEFAULT = r"""
  #define( $loop )
    {
    #foreach($key in $map.keySet())
        #set( $k = $util.escapeJavaScript($key) )
        #set( $v = $util.escapeJavaScript($map.get($key)).replaceAll("\\'", "'") )
        "$k":
          "$v"
          #if( $foreach.hasNext ) , #end
    #end
    }
  #end
  #set( $body = $input.json("$") )
  {
    "body": $body,
    "principalId": "$context.authorizer.principalId",
    #set( $map = $context.authorizer )
    "enhancedAuthContext": $loop,
    #set( $map = $input.params().header )
    "headers": $loop,
    #set( $map = $stageVariables )
    "stageVariables": $loop
  }
"""


def test_the_default_template_of_the_serverless_framework_gives_json() -> None:
    assert json.loads(rendered(FRAMEWORK_DEFAULT, '{"it": "it\'s"}')) == {
        "body": {"it": "it's"},
        "principalId": "",
        "enhancedAuthContext": {},
        "headers": {"X-One": "1", "both": "header"},
        "stageVariables": {"colour": "blue"},
    }
