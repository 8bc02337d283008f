"""Makes a JSON Schema of the requests to AWS Security Hub out of the service model in a wheel of botocore.

    pip download botocore==1.44.8 --no-deps
    python3 schema.py botocore-1.44.8-py3-none-any.whl | gzip -9n > requests-2018-10-26.json.gz

Lengths that the model gives in the words of its documentation alone are read out of them.
"""
import gzip
import json
import re
import sys
import zipfile

MODEL = 'botocore/data/securityhub/2018-10-26/service-2.json.gz'
ROOTS = ['BatchImportFindingsRequest', 'BatchUpdateFindingsRequest']
PLAIN = {'integer': 'integer', 'long': 'integer', 'double': 'number', 'float': 'number', 'boolean': 'boolean'}


def schema(shape):
    kind = shape['type']
    if kind == 'structure':
        members = shape.get('members', {})
        return {
            'type': 'object',
            'additionalProperties': False,
            'required': shape.get('required', []),
            'properties': {name: member(name, each) for name, each in members.items()},
        }
    if kind == 'list':
        return {'type': 'array', 'items': reference(shape['member']), **bounds(shape, 'minItems', 'maxItems')}
    if kind == 'map':
        return {'type': 'object', 'additionalProperties': reference(shape['value'])}
    if kind == 'string':
        pattern = {'pattern': shape['pattern']} if 'pattern' in shape else {}
        values = {'enum': shape['enum']} if 'enum' in shape else {}
        return {'type': 'string', **pattern, **values, **bounds(shape, 'minLength', 'maxLength')}
    if kind == 'timestamp':
        return {'type': 'string'}
    return {'type': PLAIN[kind], **bounds(shape, 'minimum', 'maximum')}


def bounds(shape, least, most):
    return {name: shape[key] for key, name in (('min', least), ('max', most)) if key in shape}


def reference(member):
    return {'$ref': f"#/definitions/{member['shape']}"}


def member(name, each):
    words = re.sub(r'<[^>]+>', '', each.get('documentation', '')).replace(',', '')
    told = {}
    kind = SHAPES[each['shape']]['type']
    length = re.search(r'Maximum length of (\d+)', words)
    items = re.search(r'Maximum number of (\d+) item', words)
    pairs = re.search(r'up to (\d+) key-value pairs.*key can contain up to (\d+).*value can contain up to (\d+)', words)
    if length and kind == 'string':
        told = {'maxLength': int(length[1])}
    if items and kind == 'list':
        told = {'maxItems': int(items[1])}
    if pairs and kind == 'map':
        told = {
            'maxProperties': int(pairs[1]),
            'propertyNames': {'maxLength': int(pairs[2])},
            'additionalProperties': {'type': 'string', 'maxLength': int(pairs[3])},
        }
    return {'allOf': [reference(each), told]} if told else reference(each)


def reachable(roots):
    found, left = {}, list(roots)
    while left:
        name = left.pop()
        if name in found:
            continue
        shape = found[name] = SHAPES[name]
        parts = [*shape.get('members', {}).values(), *(shape[key] for key in ('member', 'key', 'value') if key in shape)]
        left += [part['shape'] for part in parts]
    return found


with zipfile.ZipFile(sys.argv[1]) as wheel:
    model = json.loads(gzip.decompress(wheel.read(MODEL)))
SHAPES = model['shapes']
json.dump(
    {
        '$schema': 'http://json-schema.org/draft-07/schema#',
        'definitions': {name: schema(shape) for name, shape in sorted(reachable(ROOTS).items())},
    },
    sys.stdout,
    separators=(',', ':'),
)
