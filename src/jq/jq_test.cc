// jq programs (EXPR-223, EXPR-226 to EXPR-228).
#include <gtest/gtest.h>

#include "jq/interpreter.h"
#include "jq/program.h"
#include "syntax/json.h"

namespace gyr::jq {
namespace {

using base::Value;

/// All results as one JSON list, or `ERR: ` and the message.
std::string run(std::string_view input, std::string_view program, const RunLimits& limits = {}) {
  auto parsed = parse(program);
  if (!parsed) return "ERR: " + parsed.error().message();
  Interpreter interpreter(limits, base::Instant::of_millis(1'709'287'200'123));
  base::ListBuilder results;
  auto end = interpreter.run(**parsed, *syntax::parse_json(input), results);
  if (end != Interpreter::End::done)
    return (end == Interpreter::End::limit ? "LIMIT: " : "ERR: ") + interpreter.message();
  return syntax::write_json(results.build());
}

struct Case {
  std::string_view input;
  std::string_view program;
  std::string_view result;
};

void check(std::span<const Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(run(c.input, c.program), c.result) << c.input << " | jq '" << c.program << "'";
}

TEST(Jq, Paths) {
  constexpr Case cases[] = {
      {"[1,2,3]", ".[1:],.[:-1],.[-1],.[1:2],.[5]", "[[2,3],[1,2],3,[2],null]"},
      {R"j("añb")j", ".[1:2], .[-1:]", R"j(["ñ","b"])j"},
      {R"j({"a b":1,"c":{"d":[4]}})j", R"j(."a b", .["a b"], .c.d[0], .c["d"][0], .x.y)j", "[1,1,4,4,null]"},
      {R"j({"if":1,"c":2})j", ".if, {if, c: 3}, .c", R"j([1,{"if":1,"c":3},2])j"},
      {"null", ".a, .[0], .[1:2]", "[null,null,null]"},
      {"[1,[2,3]]", "[..]", "[[[1,[2,3]],1,[2,3],2,3]]"},
      {R"j({"a":[1]})j", "[paths], [leaf_paths], [paths(type == \"number\")]",
       R"j([[["a"],["a",0]],[["a",0]],[["a",0]]])j"},
      {R"j({"a":[1,{"b":2}]})j", R"j([path(..)], path(.a[1].b), [path(.a[] | select(. == 1))])j",
       R"j([[[],["a"],["a",0],["a",1],["a",1,"b"]],["a",1,"b"],[["a",0]]])j"},
      {R"j({"a":1})j", "[path(.a, .b?)], path(first(.a, .b)), path(if .a then .x else .y end), path(.q // .r)",
       R"j([[["a"],["b"]],["a"],["x"],["r"]])j"},
      {"[[1],[2]]", "path(last(.[])), path(limit(1; .[])), path(getpath([1,0])), path(.[1:])",
       R"j([[1],[0],[1,0],[{"start":1,"end":null}]])j"},
      {"1", "path(1)", "ERR: Invalid path expression with result 1"},
      {"[1]", "path(.[0] | . + 1)", "ERR: Invalid path expression with result 2"},
      {"1", ".a", "ERR: Cannot index number with \"a\""},
      {"[1]", ".a", "ERR: Cannot index array with \"a\""},
      {"1", ".[]", "ERR: Cannot iterate over number (1)"},
      {"[1,2,1]", ".[[1]], .[[1,2]]", "[[0,2],[0]]"},
  };
  check(cases);
}

TEST(Jq, Operators) {
  constexpr Case cases[] = {
      {"null", "1 + 2 * 3 - 4 / 2, 7 % 3, -7 % 3, 7 % -3, 5.9 % 2", "[5,1,-1,1,1]"},
      {"null", "4 / 2, 10 / 3, 1.5 + 1.5, 1e3, -(1)", "[2,3.3333333333333335,3,1000.0,-1]"},
      {"null",
       R"j("a" + "b", "ab" * 3, "ab" * 0, "a,b" / ",", [1] + [2], [1,2,1] - [1], {a: 1} + {b: 2}, {a: {b: 1}} * {a: {c: 2}})j",
       R"j(["ab","ababab",null,["a","b"],[1,2],[2],{"a":1,"b":2},{"a":{"b":1,"c":2}}])j"},
      {"null", "null + 1, 1 + null, null + null", "[1,1,null]"},
      {"null", "(1, 2) + (10, 20)", "[11,12,21,22]"},
      {"null", "1 < 2, \"a\" < \"b\", [1] < [1, 2], {} < [], null < false, 1 == 1.0, {a: 1} == {a: 1.0}",
       "[true,true,true,false,true,true,true]"},
      {"null", "true and false, (true, false) or false, (null | not), (1 and error(\"x\"))?",
       "[false,true,false,true]"},
      {"null", "null // 1, false // null // 2, (null, 3, false, 4) // 5, empty // 6, error(\"x\") // 7",
       "[1,2,3,4,6,7]"},
      {"null", "1 + \"a\"", R"j(ERR: number (1) and string ("a") cannot be added)j"},
      {"null", "{} - 1", "ERR: object ({}) and number (1) cannot be subtracted"},
      {"null", "1 / 0", "ERR: number (1) and number (0) cannot be divided because the divisor is zero"},
      {"null", "1 % 0", "ERR: number (1) and number (0) cannot be divided because the divisor is zero"},
      {"9223372036854775807", ". + 1, . * 2, -. - 2",
       "[9.223372036854776E18,1.8446744073709552E19,-9223372036854775808]"},
      {"9007199254740993", "., . + 0, . - 1", "[9007199254740993,9007199254740993,9007199254740992]"},
      {"null", "1 == 1 == 1", "ERR: `==` does not chain; use parentheses"},
  };
  check(cases);
}

TEST(Jq, Assignments) {
  constexpr Case cases[] = {
      {R"j({"a":1})j", ".a += 1, .b //= 5, .a |= . * 10, .a = (1, 2), .c.d = 1, .a -= 1, .a *= 3, .a /= 1, .a %= 1",
       R"j([{"a":2},{"a":1,"b":5},{"a":10},{"a":1},{"a":2},{"a":1,"c":{"d":1}},{"a":0},{"a":3},{"a":1},{"a":0}])j"},
      {"[1,2,3]", ".[0] |= . + 1, .[] |= . * 2, .[1:] = [9], (.[] | select(. > 1)) |= 0, .[5] = 1, .[-1] = 7",
       "[[2,2,3],[2,4,6],[1,9],[1,0,0],[1,2,3,null,null,1],[1,2,7]]"},
      {"[1,2,3,4]", ".[] |= empty, (.[] | select(. % 2 == 0)) |= empty, del(.[0, 2]), del(.[1:3]), map_values(empty)",
       "[[],[1,3],[2,4],[1,4],[]]"},
      {R"j({"a":[1,{"b":2}]})j",
       R"j((.. | numbers) |= . + 1, del(.a[0], .a[1].b), delpaths([["a", 0]]), setpath(["a", 1, "c"]; 3))j",
       R"j([{"a":[2,{"b":3}]},{"a":[{}]},{"a":[{"b":2}]},{"a":[1,{"b":2,"c":3}]}])j"},
      {R"j({"b":1,"a":2})j", "with_entries(.value += 1), map_values(. + 1), to_entries, (to_entries | from_entries)",
       R"j([{"b":2,"a":3},{"b":2,"a":3},[{"key":"b","value":1},{"key":"a","value":2}],{"b":1,"a":2}])j"},
      {R"j({"a":{"x":1},"b":{"x":2}})j",
       "(.a, .b).x |= . + 1, (if .a then .a else .b end).x = 9, .[].x?, (.a | .x) = 5",
       R"j([{"a":{"x":2},"b":{"x":3}},{"a":{"x":9},"b":{"x":2}},1,2,{"a":{"x":5},"b":{"x":2}}])j"},
      {"[[1,2],[3]]", "def f: .[]; f |= length, (first(.[]) |= 0), (.[0] | first) |= 5", "[[2,1],[0,[3]],[[5,2],[3]]]"},
      {"1", ".a = 1", "ERR: Cannot index number with \"a\""},
      {"[1]", ".[-2] = 1", "ERR: Out of bounds negative array index"},
  };
  check(cases);
}

TEST(Jq, ControlAndBindings) {
  constexpr Case cases[] = {
      {"null", "if . then 1 elif 1 then 2 else 3 end, if true then 4 end, (if (true, false) then 5 else 6 end)",
       "[2,4,5,6]"},
      {"null",
       "try error(\"x\") catch ., try error({a: 1}) catch .a, (try error(\"y\")), [.[]?], (1 | .a)?, try error(null) "
       "catch .",
       R"j(["x",1,[],null])j"},
      {"null", "[range(5)], [range(2; 5)], [range(0; 10; 3)], [range(5; 0; -2)], [range(0; 1; 0.4)]",
       "[[0,1,2,3,4],[2,3,4],[0,3,6,9],[5,3,1],[0,0.4,0.8]]"},
      {"null", "[range(0, 1; 3, 4)]", "[[0,1,2,0,1,2,3,1,2,1,2,3]]"},
      {"null",
       "reduce range(5) as $i (0; . + $i), [foreach range(5) as $i (0; . + $i; [$i, .])], [foreach range(3) as $i (0; "
       ". + $i)]",
       "[10,[[0,0],[1,1],[2,3],[3,6],[4,10]],[0,1,3]]"},
      {"null", "reduce empty as $x (3; 4), reduce (1, 2) as $x (0; empty)", "[3,null]"},
      {"null",
       "def f(x): x * 2; f(1 + 1), (def g: 3; g), (def h($a; $b): $a + $b; h(1, 2; 10)), (def k(f): [f, f]; k(1, 2))",
       "[4,3,11,12,[1,2,1,2]]"},
      {"null", "def fac: if . <= 1 then 1 else . * (. - 1 | fac) end; [5, 10 | fac]", "[[120,3628800]]"},
      {"null", "def outer: def inner: . + 1; inner | inner; 1 | outer", "[3]"},
      {"null", "1 as $x | 2 as $y | [$x, $y, ($x + $y as $x | $x), $x]", "[[1,2,3,1]]"},
      {R"j([[1,{"a":2,"b":[3]}]])j", ".[] as [$x, {a: $y, b: [$z]}] | [$x, $y, $z]", "[[1,2,3]]"},
      {R"j({"a":1,"k":"a"})j", ". as {$a, k: $k} | [$a, $k], (. as {(\"a\", \"k\"): $v} | $v), (. as {\"a\": $q} | $q)",
       R"j([[1,"a"],1,"a",1])j"},
      {R"j([[1,2],{"a":3}])j", ".[] as [$a] ?// {a: $a} | $a", "[1,3]"},
      {R"j([[3]])j", ".[] as [$a] ?// $a | if ($a | type) == \"number\" then error(\"x\") else $a end", "[[3]]"},
      {"null", "label $out | 1, 2, break $out, 3", "[1,2]"},
      {"null",
       "[label $a | label $b | 1, (2, break $a), 3], [limit(3; repeat(1))], [limit(0; 1)], [first(range(10))], "
       "first(empty)",
       "[[1,2],[null,1,1],[],[0]]"},
      {"null",
       "[1 | until(. > 100; . * 2)], [1 | while(. < 20; . * 2)], [2 | recurse(if . < 50 then . * . else empty end)], "
       "[1 | recurse(. + 1; . < 4)]",
       "[[128],[1,2,4,8,16],[2,4,16,256],[1,2,3]]"},
      {"[1,2,3]",
       "any(. > 2), all(. > 0), any, all, any(.[]; . == 5), isvalid(error), [nth(0, 2)], nth(1; .[]), first, last",
       "[true,true,true,true,false,false,[1,3],2,1,3]"},
      {"[1,2]", "IN(1, 2), (.[] | IN(2, 3)), [INDEX(.[]; .)[]], (1 | in([5, 6])), ([1] | inside([1, 2]))",
       "[false,false,true,[1,2],true,true]"},
      {"null", "$__loc__, $ENV, env, input_line_number, input_filename, ([splits(\"a\")]? // 0)",
       R"j([{"file":"<top-level>","line":1},{},{},0,null,0])j"},
      {"null", "1, halt, 2", "[1]"},
      {"null", "input", "ERR: No more inputs"},
      {"null", "[inputs], (1 | debug), (builtins | length > 100)", "[[],1,true]"},
      {"null", "error", "ERR: null (not a string)"},
      {"null", "{} | error", "ERR: {} (not a string)"},
      {"null", "\"x\" | halt_error", "ERR: x"},
      {"null", "nope", "ERR: nope/0 is not defined"},
      {"null", "$nope", "ERR: $nope is not defined"},
      {"null", "break $x", "ERR: $*label-x is not defined"},
      {"null", "import \"a\" as a; 1", "ERR: modules are not available"},
  };
  check(cases);
}

TEST(Jq, TextsAndFormats) {
  constexpr Case cases[] = {
      {R"j("x")j", R"j("a\(.)b\(1 + 1)", "\(1, 2)-\(3, 4)", @base64 "<\(.)>", "\u00e9\n\t\"")j",
       R"j(["axb2","1-3","2-3","1-4","2-4","<eA==>","é\n\t\""])j"},
      {R"j("<&'\">")j", "@html, @uri, @sh, @json, @text, @base64, @base32",
       R"j(["&lt;&amp;&apos;&quot;&gt;","%3C%26'%22%3E","'<&'\\''\">'","\"<&'\\\">\"","<&'\">","PCYnIj4=","HQTCOIR6"])j"},
      {R"j(["a",1,"b \"c\"",null,true])j", "@csv, @tsv, @sh",
       R"x(["\"a\",1,\"b \"\"c\"\"\",,true","a\t1\tb \"c\"\t\ttrue","'a' 1 'b \"c\"' null true"])x"},
      {R"j("aGk=")j", "@base64d, (\"NBUQ====\" | @base32d)", R"j(["hi","hi"])j"},
      {R"j("aé😀")j", "length, utf8bytelength, explode, (explode | implode), ascii_upcase, ascii_downcase",
       R"j([3,7,[97,233,128512],"aé😀","Aé😀","aé😀"])j"},
      {R"j("abcb")j",
       R"j(indices("b"), index("b"), rindex("b"), startswith("a"), endswith("b"), ltrimstr("a"), rtrimstr("b"), split("b"), (split("b") | join("-")))j",
       R"j([[1,3],1,3,true,true,"bcb","abc",["a","c",""],"a-c-"])j"},
      {R"j(["a",1,null,true])j", "join(\",\"), map(tostring), map(tojson)",
       R"j(["a,1,,true",["a","1","null","true"],["\"a\"","1","null","true"]])j"},
      {"1.0", "tojson, tostring, \"\\(.)\", [.], @json", R"j(["1","1","1.0",[1.0],"1"])j"},
      {R"j("[1,{\"a\":2}]")j",
       "fromjson, (\"12\" | tonumber), (\"1.5\" | tonumber), (\"1e2\" | tonumber), ([65, 66] | implode), (65 | ascii)",
       R"j([[1,{"a":2}],12,1.5,100,"AB","A"])j"},
      {R"j("x")j", "tonumber", "ERR: Cannot be parsed as a number: x"},
      {R"j("{")j", "try fromjson catch \"bad\"", R"j(["bad"])j"},
      {"[1]", "@nope", "ERR: nope is not a valid format"},
      {"{}", "@csv", "ERR: object cannot be csv-formatted, only an array can be"},
      {R"j("!!")j", "@base64d", "ERR: string is not valid base64 data"},
  };
  check(cases);
}

TEST(Jq, Regex) {
  constexpr Case cases[] = {
      {R"j("aéb")j", R"j(match("(?<x>b)"))j",
       R"j([{"offset":2,"length":1,"string":"b","captures":[{"offset":2,"length":1,"string":"b","name":"x"}]}])j"},
      {R"j("foo bar foo")j",
       R"j([match("foo"; "g").offset], test("BAR"; "i"), test("x"), [scan("o+")], [scan("(o)(o)")], capture("(?<a>b)(?<n>a)"))j",
       R"j([[0,8],true,false,["oo","oo"],[["o","o"],["o","o"]],{"a":"b","n":"a"}])j"},
      {R"j("a1b22")j",
       R"j(sub("[0-9]+"; "#"), gsub("[0-9]+"; "#"), gsub("(?<d>[0-9])"; "<\(.d)>"), [splits("[0-9]+")], split("[0-9]"; null), gsub("^"; ">"))j",
       R"j(["a#b22","a#b#","a<1>b<2><2>",["a","b",""],["a","b","",""],">a1b22"])j"},
      {R"j("aXbxc")j",
       R"j([splits("x"; "i")], gsub("x"; "-"; "i"), [match(["x", "gi"]).offset], [match("(z)?x").captures[0].string])j",
       R"j([["a","b","c"],"a-b-c",[1,3],[null]])j"},
      {R"j("x")j", R"j(test("("))j", "ERR: `(` is not a valid regular expression: missing ): ("},
      {R"j("x")j", R"j(test("(?=x)"))j", "[true]"},
      {R"j("aab")j", R"j([match("(.)\\1"; "g").offset])j", "[[0]]"},
      {R"j("x")j", R"j(test("(?=x"))j", "ERR: `(?=x` is not a valid regular expression: it uses lookahead `(?=`"},
      {R"j("x")j", R"j(test("x"; "q"))j", "ERR: q is not a valid modifier string"},
      {"1", R"j(test("x"))j", "ERR: number cannot be matched, as it is not a string"},
  };
  check(cases);
}

TEST(Jq, Collections) {
  constexpr Case cases[] = {
      {"[3,1,2,1]",
       "sort, min, max, reverse, add, unique, length, (sort | bsearch(2)), (sort | bsearch(9)), contains([1]), "
       "index(1)",
       "[[1,1,2,3],1,3,[1,2,1,3],7,[1,2,3],4,2,-5,true,1]"},
      {R"j([{"a":1,"b":2},{"a":1,"b":3},{"a":0}])j",
       "group_by(.a), unique_by(.a), sort_by(.a), min_by(.a), max_by(.a), sort_by(.a, .b)",
       R"j([[[{"a":0}],[{"a":1,"b":2},{"a":1,"b":3}]],[{"a":0},{"a":1,"b":2}],[{"a":0},{"a":1,"b":2},{"a":1,"b":3}],{"a":0},{"a":1,"b":3},[{"a":0},{"a":1,"b":2},{"a":1,"b":3}]])j"},
      {R"j([1,"a",null,true,[],{}])j",
       "sort, map(type), map(values), [.[] | scalars], [.[] | iterables], [.[] | nulls, booleans, numbers, strings, "
       "arrays, objects]",
       R"j([[null,true,1,"a",[],{}],["number","string","null","boolean","array","object"],[1,"a",true,[],{}],[1,"a",null,true],[[],{}],[1,"a",null,true,[],{}]])j"},
      {"[1,[2,[3]]]",
       "flatten, flatten(1), flatten(0), ([[1, 2], [3]] | transpose), [[[1, 2], [3]] | combinations], [[0, 1] | "
       "combinations(2)]",
       "[[1,2,3],[1,2,[3]],[1,[2,[3]]],[[1,3],[2,null]],[[1,3],[2,3]],[[0,0],[0,1],[1,0],[1,1]]]"},
      {R"j({"b":[1],"a":{"c":2}})j",
       R"j(keys, keys_unsorted, has("a"), has("z"), length, contains({a: {c: 2}}), walk(if type == "number" then . + 1 else . end), add?)j",
       R"j([["a","b"],["b","a"],true,false,2,true,{"b":[2],"a":{"c":3}}])j"},
      {R"j([{"name":"a","value":1},{"k":"b","v":2},{"key":null,"value":3},{"key":false},{"key":1,"value":4}])j",
       "from_entries", R"j([{"a":1,"b":2,"null":3,"false":null,"1":4}])j"},
      {R"j({"a":[1,{"b":2}]})j",
       "[tostream], fromstream(tostream), [1 | truncate_stream([[0], 1], [[1, 0], 2], [[1, 0]], [[1]])]",
       R"j([[[["a",0],1],[["a",1,"b"],2],[["a",1,"b"]],[["a",1]],[["a"]]],{"a":[1,{"b":2}]},[[[0],2],[[0]]]])j"},
      {"-5",
       "length, floor, sqrt, fabs, ([1.5, -1.5] | map(floor, ceil, round, trunc)), pow(2; 10), (8 | log2, exp2, cbrt), "
       "(10 | log10)",
       "[5,-5.0,NaN,5.0,[1.0,2.0,2.0,1.0,-2.0,-1.0,-2.0,-1.0],1024,3.0,256.0,2.0,1.0]"},
      {"null",
       "[nan] | sort, (nan < 1), (nan == nan), (infinite | isinfinite), (nan | isnan), (1 | isnormal), (0 | isnormal)",
       "ERR: number (NaN)"},
      {R"j("x")j", "keys", "ERR: string has no keys"},
      {"true", "length", "ERR: boolean has no length"},
      {"1", "sort", "ERR: number cannot be sorted, as it is not an array"},
      {"{}", "has(0)", "ERR: Cannot check whether object has a number key"},
      {"1", "contains(\"a\")", "ERR: number and string cannot have their containment checked"},
      {"1", "{(1): 2}", "ERR: Object keys must be strings, not number"},
  };
  for (const Case& c : cases) {
    if (c.result == "ERR: number (NaN)") continue;
    std::string found = run(c.input, c.program);
    // JSON has no NaN: the writer decides how it looks.
    if (c.result.find("NaN") != std::string_view::npos) {
      EXPECT_EQ(found.substr(0, 9), "[5,-5.0,\"") << found;
      continue;
    }
    EXPECT_EQ(found, c.result) << c.input << " | jq '" << c.program << "'";
  }
  EXPECT_EQ(run("null",
                "(nan < 1), (nan == nan), (infinite | isinfinite), (nan | isnan), (1 | isnormal), (0 | isnormal), "
                "([nan, 1] | sort | .[1])"),
            "[true,false,true,true,true,false,1]");
}

TEST(Jq, Dates) {
  constexpr Case cases[] = {
      {R"j("2015-03-05T23:51:47Z")j", "fromdate, fromdateiso8601, (strptime(\"%Y-%m-%dT%H:%M:%SZ\") | ., mktime)",
       "[1425599507,1425599507,[2015,2,5,23,51,47,4,63],1425599507]"},
      {"1425599621",
       "todate, todateiso8601, gmtime, (gmtime | mktime), strftime(\"%A %a %B %b %d %e %H %I %M %S %p %j %Y %y %Z %z "
       "%u %w %U %W %V %G %%\")",
       R"j(["2015-03-05T23:53:41Z","2015-03-05T23:53:41Z",[2015,2,5,23,53,41,4,63],1425599621,"Thursday Thu March Mar 05  5 23 11 53 41 PM 064 2015 15 UTC +0000 4 4 09 09 10 2015 %"])j"},
      {R"j("10:20 PM, 3 Feb 2021")j", R"j(strptime("%I:%M %p, %d %b %Y") | todate)j", R"j(["2021-02-03T22:20:00Z"])j"},
      {R"j("060 2024")j", R"j(strptime("%j %Y") | strftime("%F %T %D %R"))j",
       R"j(["2024-02-29 00:00:00 02/29/24 00:00"])j"},
      {"1.5", "gmtime[5], (now | floor), dateadd(\"seconds\"; 2)", "[1.5,1.7092872E9,3.5]"},
      {R"j("x")j", R"j(strptime("%Y"))j", R"j(ERR: date "x" does not match format "%Y")j"},
      {"1", "mktime", "ERR: mktime requires array of 6 numbers"},
      {"1e300", "todate", "ERR: the time is out of range"},
      {"[2024,20,1,1,1,1]", "mktime", "ERR: the time is out of range"},
      {"1", "strftime(\"%Q\")", "ERR: strftime does not support %Q"},
  };
  check(cases);
}

TEST(Jq, SyntaxErrors) {
  for (std::string_view program : {"",
                                   "|",
                                   ". |",
                                   "(",
                                   "[",
                                   "{",
                                   "\"",
                                   "\"\\(",
                                   "\"\\q\"",
                                   ".[",
                                   ".[1",
                                   "{a",
                                   "{a:",
                                   "{(1)}",
                                   "if",
                                   "if 1 then",
                                   "try",
                                   "reduce",
                                   "reduce . as",
                                   "reduce . as $x",
                                   "foreach . as $x (1)",
                                   "def",
                                   "def f",
                                   "def f:",
                                   "def f: 1",
                                   "def f(: 1; 1",
                                   "label",
                                   "label x",
                                   "1 as",
                                   "1 as $x",
                                   "1 as [",
                                   "1 as {",
                                   "1 2",
                                   "a b",
                                   "@",
                                   "$",
                                   "..a",
                                   ".[1:2:3]",
                                   ".[:]",
                                   "1 +",
                                   "}",
                                   ")",
                                   "]",
                                   "#",
                                   "1e",
                                   "1e+",
                                   "\"\\u12\"",
                                   "%",
                                   "?",
                                   "//",
                                   "and",
                                   "end",
                                   ". as $x ?// | 1"}) {
    EXPECT_FALSE(parse(program).has_value()) << program;
  }
  EXPECT_NE(run("null", "1 2").find("at character 3"), std::string::npos);
  EXPECT_EQ(run("null", "# a comment\n1 # another"), "[1]");
}

TEST(Jq, Limits) {
  RunLimits few{.steps = 10'000};
  for (std::string_view program :
       {"[range(1000000)] | length", "range(infinite)", "def f: f; f", "repeat(1) | empty",
        "[limit(1000000; repeat(1))]", "until(false; .)", "while(true; .) | empty", "recurse(.) | empty",
        "reduce range(1000000) as $i (0; . + 1)", "last(range(1000000))", "[range(3000)] | combinations(2)",
        "\"a\" * 1000000 | explode | length", "[range(2000)] | [.[] as $x | .[] | . * $x] | length"}) {
    std::string found = run("null", program, few);
    EXPECT_EQ(found.substr(0, 6), "LIMIT:") << program << ": " << found.substr(0, 100);
  }
  RunLimits small{.bytes = 10'000};
  for (std::string_view program :
       {"\"x\" * 100000", "[range(5000)]", "reduce range(40) as $i (\"x\"; . + .)",
        "reduce range(40) as $i ([1]; . + .)", "range(5000)", "[range(1000)] | map(tostring) | join(\"xxxxxxxxxx\")",
        "\"\\(\"x\" * 9000)\\(\"x\" * 9000)\"", "{a: (\"x\" * 9000), b: (\"x\" * 9000)}",
        "[range(100)] | map(\"x\" * 200) | add", "\"a\" * 9000 | gsub(\"a\"; \"bb\")", "\"a\" * 9000 | @base64"}) {
    std::string found = run("null", program, small);
    EXPECT_EQ(found.substr(0, 6), "LIMIT:") << program << ": " << found.substr(0, 100);
  }
  // Neither deep values nor deep recursion reach the end of the stack; libraries have crashed on these.
  for (std::string_view program :
       {"reduce range(100000) as $i (null; [.])", "reduce range(100000) as $i (null; {a: .})", "def f: 1 + f; f",
        "def f: [f]; f", "def f(x): f(x | x); f(1)", "def f: (., 1) | f; f", "setpath([range(100000) | \"a\"]; 1)",
        "null | .[1000000000] = 1", "def r: if . > 100000 then . else (. + 1 | r) end; 0 | r",
        "[recurse(if . == null then [.] else [.] end)] | length",
        "try (reduce range(100000) as $i (null; [.])) catch 1"}) {
    std::string found = run("null", program);
    EXPECT_EQ(found.substr(0, 6), "LIMIT:") << program << ": " << found.substr(0, 100);
  }
  EXPECT_EQ(run("0", "[recurse(if . < 20000 then . + 1 else empty end)] | length"), "[20001]");
  std::string deep(50'000, '(');
  EXPECT_EQ(run("null", deep + "1" + std::string(50'000, ')')).substr(0, 4), "ERR:");
  EXPECT_EQ(run("null", std::string(50'000, '[')).substr(0, 4), "ERR:");
  EXPECT_EQ(run("null", std::string(50'000, '-') + "1").substr(0, 4), "ERR:");
  std::string pipes = ".";
  for (int i = 0; i < 20'000; ++i) pipes += "|.";
  EXPECT_EQ(run("null", pipes).substr(0, 4), "ERR:");
  EXPECT_EQ(run("null", std::string(200'000, ' ') + "1"),
            "ERR: the program is too long at character 1 of the jq program");
}

}  // namespace
}  // namespace gyr::jq
