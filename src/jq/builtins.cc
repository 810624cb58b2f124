#include "jq/builtins.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace gyr::jq {
namespace {

using Group = std::span<const Builtin> (*)();
constexpr Group groups[] = {core_builtins, collection_builtins, text_builtins,
                            math_builtins, regex_builtins,      date_builtins};

bool before(const Builtin* a, const Builtin* b) { return a->name != b->name ? a->name < b->name : a->arity < b->arity; }

const std::vector<const Builtin*>& sorted() {
  static const std::vector<const Builtin*> all = [] {
    std::vector<const Builtin*> list;
    for (Group group : groups) {
      for (const Builtin& builtin : group()) list.push_back(&builtin);
    }
    std::ranges::sort(list, before);
    return list;
  }();
  return all;
}

}  // namespace

const Builtin* find_builtin(std::string_view name, size_t arity) {
  Builtin wanted{.name = name, .arity = arity};
  auto found = std::ranges::lower_bound(sorted(), &wanted, before);
  bool fits = found != sorted().end() && (*found)->name == name && (*found)->arity == arity;
  return fits ? *found : nullptr;
}

base::Value builtin_names() {
  base::ListBuilder list;
  for (const Builtin* builtin : sorted())
    list.push(base::Value::string(fmt::format("{}/{}", builtin->name, builtin->arity)));
  for (const Function& function : prelude().functions) {
    if (function.name.starts_with('_')) continue;
    list.push(base::Value::string(fmt::format("{}/{}", function.name, function.parameters.size())));
  }
  return list.build();
}

// Names that begin with `_` are helpers of their definition.
const std::string_view prelude_text = R"jq(
def arrays: select(type == "array");
def booleans: select(type == "boolean");
def iterables: select(type | . == "array" or . == "object");
def nulls: select(. == null);
def numbers: select(type == "number");
def objects: select(type == "object");
def scalars: select(type | . != "array" and . != "object");
def strings: select(type == "string");
def values: select(. != null);

def map(f): [.[] | f];
def map_values(f): .[] |= f;
def with_entries(f): to_entries | map(f) | from_entries;
def recurse: ..;
def recurse_down: ..;
def first: .[0];
def last: .[-1];
def nth($n): .[$n];
def nth($n; f): if $n < 0 then error("Out of bounds negative array index") else last(limit($n + 1; f)) end;
def isvalid(f): try (f | true) catch false;
def in($container): . as $key | $container | has($key);
def inside($container): . as $part | $container | contains($part);
def any: any(.[]; .);
def any(f): any(.[]; f);
def all: all(.[]; .);
def all(f): all(.[]; f);

def paths: path(..) | select(length > 0);
def paths(f): path(.. | select(f)) | select(length > 0);
def leaf_paths: paths(scalars);
def del(f): delpaths([path(f)]);

def combinations:
  if length == 0 then [] else .[0][] as $first | (.[1:] | combinations) as $rest | [$first] + $rest end;
def combinations($n): . as $items | [range($n)] | map($items) | combinations;
def walk(f): def _walk: (if type == "object" then map_values(_walk) elif type == "array" then map(_walk) else . end) | f; _walk;

def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def fromdateiso8601: strptime("%Y-%m-%dT%H:%M:%SZ") | mktime;
def fromdate: fromdateiso8601;
def date: todate;
def dateadd(unit; $n): . + $n;
def datesub(unit; $n): . - $n;
def todateiso8601: todate;

def match($re): match($re; null);
def test($re): test($re; null);
def capture($re): match($re) | [.captures | .[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def capture($re; $flags): match($re; $flags) | [.captures | .[] | select(.name != null) | {key: .name, value: .string}] | from_entries;
def scan($re; $flags): match($re; "g" + $flags) | if (.captures | length) > 0 then [.captures | .[] | .string] else .string end;
def scan($re): scan($re; null);
def splits($re; $flags): split($re; $flags) | .[];
def splits($re): splits($re; null);
def sub($re; f): sub($re; f; "");
def gsub($re; f): sub($re; f; "g");
def gsub($re; f; $flags): sub($re; f; $flags + "g");

def ascii: [.] | implode;
def finites: numbers | select(isinfinite or isnan | not);
def normals: select(isnormal);

def IN(source): any(source == .; .);
def IN(source; set): any(source == set; .);
def INDEX(stream; f): reduce stream as $row ({}; .[$row | f | tostring] |= $row);

def INDEX(f): INDEX(.[]; f);

def JOIN($index; key): [.[] | [., $index[key]]];
def JOIN($index; stream; key): stream | [., $index[key]];
def JOIN($index; stream; key; f): stream | [., $index[key]] | f;
def isempty(f): first((f | false), true);
def scalars_or_empty: scalars;
def get_search_list: [];

def pick(f): . as $whole | reduce path(f) as $at (null; setpath($at; $whole | getpath($at)));
def add(f): reduce f as $value (null; . + $value);
def skip($n; f): if $n < 0 then error("Invalid arguments to skip") elif $n == 0 then f else foreach f as $value ($n + 1; . - 1; if . <= 0 then $value else empty end) end;
def abs: if type != "number" then error("\(type) (\(tojson)) has no absolute value") elif . < 0 then -. else . end;
def toarray: if type == "array" then . else [.] end;
def debug(f): (f | empty), .;
def _trimmed(re): if type == "string" then gsub(re; "") else error("\(type) (\(tojson)) cannot be trimmed") end;
def ltrim: _trimmed("\\A\\s+");
def rtrim: _trimmed("\\s+\\z");
def trim: ltrim | rtrim;
def have_literal_numbers: true;
def have_decnum: false;

def tostream: path(def _each: (.[]? | _each), .; _each) as $path | getpath($path) | reduce path(.[]?) as $last ([$path, .]; [$path + $last]);
def fromstream(f):
  {x: null, done: false} as $start
  | foreach f as $event ($start;
      if .done then $start else . end
      | if ($event | length) == 2
        then setpath(["done"]; ($event[0] | length) == 0) | setpath(["x"] + $event[0]; $event[1])
        else setpath(["done"]; ($event[0] | length) == 1) end;
      if .done then .x else empty end);
def truncate_stream(stream):
  . as $depth | null | stream | . as $event | if (.[0] | length) > $depth then setpath([0]; .[0][$depth:]) else empty end;
)jq";

}  // namespace gyr::jq
