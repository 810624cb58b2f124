// What connectors can say beyond one request: pages and steps. Each test is a connector with its own recorded
// exchanges.
#include <gmock/gmock.h>

#include "connectors/testing/run_task.h"

namespace gyr::connectors {
namespace {

using base::Value;
using testing::connector_of;
using testing::ConnectorBench;
using testing::first_problem;
using ::testing::HasSubstr;

TEST(ConnectorPages, FollowAddressesInTheBody) {  // PLUG-715
  EXPECT_EQ(first_problem(connector_of(R"(    steps:
      - id: list
        request: {path: [rows]}
        pages: {by: next, rows: "{{ response.body.rows }}", next: "{{ response.body.next }}"}
    fetch: {step: list}
    tests:
      - name: relative and absolute ones, and an empty page in between
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows"}, response: {json: {rows: [1], next: "/rows?after=1"}}}
          - {request: {method: GET, url: "https://h.example/rows?after=1"}, response: {json: {rows: [], next: "https://h.example/rows?after=2"}}}
          - {request: {method: GET, url: "https://h.example/rows?after=2"}, response: {json: {rows: [2, 3], next: null}}}
        outputs: {rows: [1, 2, 3], size: 3}
      - name: the first row needs one page
        properties: {fetchType: FETCH_ONE}
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows"}, response: {json: {rows: [1, 2], next: "/rows?after=1"}}}
        outputs: {row: 1, size: 1}
      - name: without rows, their number
        properties: {fetchType: NONE}
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows"}, response: {json: {rows: [1, 2], next: ""}}}
        outputs: {size: 2}
      - name: another host
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows"}, response: {json: {rows: [1], next: "//evil.example/rows"}}}
        error: "C: the next page is on another host"
      - name: another scheme
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows"}, response: {json: {rows: [1], next: "http://h.example/rows"}}}
        error: "C: the next page is on another host"
      - name: no address
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows"}, response: {json: {rows: [1], next: "https://h.example:99999/"}}}
        error: "C: the address of the next page makes no sense"
      - name: a circle
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows"}, response: {json: {rows: [1], next: "/rows"}}}
          - {request: {method: GET, url: "https://h.example/rows"}, response: {json: {rows: [1], next: "/rows"}}}
        error: "C: the next page is the same as this one"
      - name: no rows
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows"}, response: {json: {rows: {a: 1}}}}
        error: "C: the answer has no list of rows"
      - name: a page for people
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows"}, response: {text: "<html>maintenance</html>"}}
        error: "C: the answer has"
)")),
            "");
}

TEST(ConnectorPages, AreAskedForWithCursorsAndNumbers) {  // PLUG-715
  EXPECT_EQ(first_problem(connector_of(R"(    properties:
      limit: {type: integer, title: L}
    steps:
      - id: list
        request: {method: POST, path: [rows], json: {after: "{{ page.cursor }}"}}
        pages: {by: cursor, rows: "{{ response.body.rows }}", next: "{{ response.body.token }}", limit: "{{ props.limit }}"}
    fetch: {step: list}
    tests:
      - name: in the body
        exchanges:
          - {request: {method: POST, url: "https://h.example/rows", json: {}}, response: {json: {rows: [1], token: x}}}
          - {request: {method: POST, url: "https://h.example/rows", json: {after: x}}, response: {json: {rows: [2], token: ""}}}
        outputs: {rows: [1, 2], size: 2}
      - name: no more rows than wanted
        properties: {limit: 3}
        exchanges:
          - {request: {method: POST, url: "https://h.example/rows"}, response: {json: {rows: [1, 2], token: x}}}
          - {request: {method: POST, url: "https://h.example/rows"}, response: {json: {rows: [3, 4], token: y}}}
        outputs: {rows: [1, 2, 3], size: 3}
      - name: the same cursor again
        exchanges:
          - {request: {method: POST, url: "https://h.example/rows"}, response: {json: {rows: [1], token: x}}}
          - {request: {method: POST, url: "https://h.example/rows"}, response: {json: {rows: [1], token: x}}}
        error: the next page is the same as this one
)")),
            "");
  EXPECT_EQ(first_problem(connector_of(R"(    steps:
      - id: list
        request: {path: [rows], query: {page: "{{ page.number }}", size: 2}}
        pages: {by: number, rows: "{{ response.body }}", size: 2, maxPages: 3, maxRows: 5}
    fetch: {step: list}
    tests:
      - name: until a short page
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows?page=1&size=2"}, response: {json: [1, 2]}}
          - {request: {method: GET, url: "https://h.example/rows?page=2&size=2"}, response: {json: [3]}}
        outputs: {rows: [1, 2, 3], size: 3}
      - name: until an empty page
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows?page=1&size=2"}, response: {json: [1, 2]}}
          - {request: {method: GET, url: "https://h.example/rows?page=2&size=2"}, response: {json: []}}
        outputs: {rows: [1, 2], size: 2}
      - name: too many rows
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows?page=1&size=2"}, response: {json: [1, 2, 3]}}
          - {request: {method: GET, url: "https://h.example/rows?page=2&size=2"}, response: {json: [1, 2, 3]}}
        error: "C: more than 5 rows"
      - name: too many pages
        properties: {fetchType: NONE}
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows?page=1&size=2"}, response: {json: [1, 2]}}
          - {request: {method: GET, url: "https://h.example/rows?page=2&size=2"}, response: {json: [1, 2]}}
          - {request: {method: GET, url: "https://h.example/rows?page=3&size=2"}, response: {json: [1]}}
        outputs: {size: 5}
)")),
            "");
  EXPECT_EQ(first_problem(connector_of(R"(    steps:
      - id: list
        request: {path: [rows], query: {start: "{{ page.offset }}"}}
        pages: {by: offset, rows: "{{ response.body.rows }}", total: "{{ response.body.total }}", maxPages: 2}
      - id: count
        set: "{{ steps.list.rows | length }}"
    outputs:
      count: {type: integer, title: C, value: "{{ steps.count }}"}
    tests:
      - name: until all were read
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows?start=0"}, response: {json: {rows: [1, 2], total: 3}}}
          - {request: {method: GET, url: "https://h.example/rows?start=2"}, response: {json: {rows: [3], total: 3}}}
        outputs: {count: 3}
      - name: a total that is no number
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows?start=0"}, response: {json: {rows: [1, 2], total: many}}}
        error: "C: `total`: "
      - name: without an end
        exchanges:
          - {request: {method: GET, url: "https://h.example/rows?start=0"}, response: {json: {rows: [1], total: null}}}
          - {request: {method: GET, url: "https://h.example/rows?start=1"}, response: {json: {rows: [1], total: null}}}
        error: "C: more than 2 pages"
)")),
            "");
}

TEST(ConnectorPages, StoredRowsAreNotCollected) {  // PLUG-6, PLUG-715
  constexpr std::string_view text = R"(    steps:
      - id: list
        request: {path: [rows], query: {page: "{{ page.number }}"}}
        pages: {by: number, rows: "{{ response.body }}"}
    fetch: {step: list, default: STORE}
    tests:
      - {name: none, properties: {fetchType: FETCH}, exchanges: [{request: {method: GET, url: "https://h.example/rows?page=1"}, response: {json: []}}], outputs: {rows: [], size: 0}}
      - {name: bad, exchanges: [{request: {method: GET, url: "https://h.example/rows?page=1"}, response: {status: 500, text: broken}}], error: broken}
)";
  ConnectorBench bench(connector_of(text));
  constexpr size_t page_rows = 2'000;
  constexpr size_t row_bytes = 1'000;
  constexpr size_t full_pages = 3;
  std::vector<ExchangeSpec> exchanges;
  base::ListBuilder page;
  for (size_t i = 0; i < page_rows; ++i) page.push(Value::string(std::string(row_bytes, 'x')));
  const Value rows = page.build();
  for (size_t i = 1; i <= full_pages + 1; ++i) {
    exchanges.push_back({Value::map({{"method", Value::string("GET")},
                                     {"url", Value::string(fmt::format("https://h.example/rows?page={}", i))}}),
                         Value::map({{"json", i <= full_pages ? rows : Value::empty_list()}})});
  }
  auto result = bench.replay(exchanges);
  ASSERT_TRUE(result.has_value()) << result.error().error.message();
  EXPECT_EQ(result->outputs.find("size")->as_integer(), static_cast<int64_t>(full_pages * page_rows));
  const std::string& stored = bench.context.fake_files.stored.at(std::string(result->outputs.find("uri")->text()));
  EXPECT_EQ(std::ranges::count(stored, '\n'), static_cast<std::ptrdiff_t>(full_pages * page_rows));
  EXPECT_GT(stored.size(), full_pages * page_rows * row_bytes);
  auto left = bench.context.fake_files.working_directory();
  ASSERT_TRUE(left.has_value());
  EXPECT_TRUE(std::filesystem::is_empty(*left)) << "the local file stays behind";
  EXPECT_EQ(bench.context.metric_value("fetch.size"), static_cast<double>(full_pages * page_rows));
}

TEST(ConnectorSteps, ChooseAndRepeat) {  // PLUG-717
  EXPECT_EQ(first_problem(connector_of(R"(    properties:
      names: {type: list, title: N, required: true}
      mode: {title: M}
    steps:
      - {id: mode, set: "{{ props.mode ?? 'post' }}"}
      - {id: known, assert: "{{ steps.mode != 'nothing' }}", message: "`mode` is {{ steps.mode }}"}
      - id: each
        foreach: "{{ props.names }}"
        concurrency: 2
        steps:
          - {id: find, request: {path: [names, "{{ item }}"]}}
          - id: how
            switch: "{{ steps.find.body.state }}"
            cases:
              there: [{id: change, request: {method: PATCH, path: [names, "{{ item }}"], json: {a: 1}}}]
              gone: []
            default: [{id: make, request: {method: POST, path: [names], json: {name: "{{ item }}"}}}]
      - {id: last, if: "{{ steps.mode == 'post' }}", request: {method: POST, path: [done]}}
    outputs:
      found: {type: list, title: F, value: "{{ steps.each | jq('.[].find.body.state') }}"}
      mode: {title: M, value: "{{ steps.mode }}"}
    tests:
      - name: each item takes its own way
        properties: {names: [a]}
        exchanges:
          - {request: {method: GET, url: "https://h.example/names/a"}, response: {json: {state: there}}}
          - {request: {method: PATCH, url: "https://h.example/names/a", json: {a: 1}}, response: {json: {}}}
          - {request: {method: POST, url: "https://h.example/done"}, response: {json: {}}}
        outputs: {found: [there], mode: post}
      - name: no case fits
        properties: {names: [a], mode: m}
        exchanges:
          - {request: {method: GET, url: "https://h.example/names/a"}, response: {json: {state: null}}}
          - {request: {method: POST, url: "https://h.example/names", json: {name: a}}, response: {json: {}}}
        outputs: {found: [null], mode: m}
      - name: an empty case, and no items
        properties: {names: [a, b, c], mode: m}
        exchanges:
          - {request: {method: GET, url: "https://h.example/names/a"}, response: {json: {state: gone}}}
          - {request: {method: GET, url: "https://h.example/names/b"}, response: {json: {state: gone}}}
          - {request: {method: GET, url: "https://h.example/names/c"}, response: {json: {state: gone}}}
        outputs: {found: [gone, gone, gone], mode: m}
      - name: nothing to do
        properties: {names: [], mode: m}
        outputs: {found: [], mode: m}
      - name: an item fails
        properties: {names: [a, b, c, d]}
        exchanges:
          - {request: {method: GET, url: "https://h.example/names/a"}, response: {status: 404, text: no such name}}
        error: "C: GET failed with status 404: no such name"
      - name: a check fails
        properties: {names: [a], mode: nothing}
        error: "`mode` is nothing"
)")),
            "");
}

/// Upsert: list, then patch or post (PLUG-717).
constexpr std::string_view upsert = R"(    properties:
      name: {title: N, required: true}
      size: {type: integer, title: S, default: 1}
    steps:
      - {id: found, call: a.Find, with: {name: "{{ props.name }}"}}
      - id: change
        if: "{{ steps.found.id is defined }}"
        request: {method: PATCH, path: [things, "{{ steps.found.id }}"], json: {size: "{{ props.size }}"}}
      - id: make
        if: "{{ steps.found.id is not defined }}"
        request: {method: POST, path: [things], json: {name: "{{ props.name }}", size: "{{ props.size }}"}}
    outputs:
      done: {title: D, value: "{{ steps.change is defined ? 'changed' : 'made' }}"}
    tests:
      - name: there is one
        properties: {name: n}
        exchanges:
          - {request: {method: GET, url: "https://h.example/things?name=n"}, response: {json: [{id: 7}]}}
          - {request: {method: PATCH, url: "https://h.example/things/7", json: {size: 1}}, response: {json: {}}}
        outputs: {done: changed}
      - name: there is none
        properties: {name: n, size: 2}
        exchanges:
          - {request: {method: GET, url: "https://h.example/things?name=n"}, response: {json: []}}
          - {request: {method: POST, url: "https://h.example/things", json: {name: n, size: 2}}, response: {json: {}}}
        outputs: {done: made}
      - name: the search fails
        properties: {name: n}
        exchanges:
          - {request: {method: GET, url: "https://h.example/things?name=n"}, response: {status: 400, text: bad name}}
        error: bad name
  - type: a.Find
    title: Find
    example: "{}"
    properties:
      name: {title: N, required: true}
    steps:
      - {id: get, request: {path: [things], query: {name: "{{ props.name }}"}}}
    outputs:
      id: {type: any, title: I, value: "{{ steps.get.body is empty ? null : steps.get.body[0].id }}"}
    tests:
      - {name: good, properties: {name: n}, exchanges: [{request: {method: GET, url: "https://h.example/things?name=n"}, response: {json: []}}], outputs: {}}
      - {name: bad, properties: {name: n}, exchanges: [{request: {method: GET, url: "https://h.example/things?name=n"}, response: {status: 400, text: bad}}], error: bad}
)";

std::string changed(std::string_view text, std::string_view from, std::string_view to) {
  return connector_of(testing::replaced(std::string(text), from, to));
}

TEST(ConnectorSteps, CallOtherTypes) {  // PLUG-717
  EXPECT_EQ(first_problem(connector_of(upsert)), "");
  EXPECT_THAT(first_problem(changed(upsert, "call: a.Find", "call: a.Nothing")),
              HasSubstr("c.yaml:12: the step `found` of a.B calls `a.Nothing`, which is no type of this connector"));
  EXPECT_THAT(first_problem(changed(upsert, "call: a.Find", "call: a.B")), HasSubstr("a.B calls itself"));
  EXPECT_THAT(first_problem(changed(upsert, "with: {name:", "with: {nam:")),
              HasSubstr("c.yaml:12: the step `found` of a.B gives `a.Find` the unknown property `nam`"));
  EXPECT_THAT(first_problem(changed(upsert, "with: {name: \"{{ props.name }}\"}", "with: {name: null}")),
              HasSubstr("`name`: must be given to a.Find"));
}

/// Each answer takes time, so that the items of a `foreach` take turns.
class SlowHttp final : public plugin::HttpClient {
 public:
  SlowHttp(plugin::HttpClient& answers, base::Loop& loop) : answers_(answers), loop_(loop) {}
  base::Task<base::Result<net::ClientResponse>> send(net::ClientRequest request, base::CancelToken cancel) override {
    auto response = co_await answers_.send(std::move(request), cancel);
    (void)co_await base::sleep_for(loop_, std::chrono::seconds(1), cancel);
    co_return response;
  }
  base::Task<base::Result<net::StreamedResponse>> open(net::ClientRequest, base::CancelToken) override {
    co_return base::fail(net::connection_failed, "not streamed");
  }

 private:
  plugin::HttpClient& answers_;
  base::Loop& loop_;
};

TEST(ConnectorSteps, CallsInAForeachStoreTheirOwnRows) {  // PLUG-6, PLUG-717
  constexpr size_t row_bytes = 300 * 1024;  // more than one piece, so that each call has a file of its own
  ConnectorBench bench(connector_of(R"(    properties:
      names: {type: list, title: N, required: true}
    steps:
      - id: each
        foreach: "{{ props.names }}"
        concurrency: 2
        call: a.List
        with: {name: "{{ item }}", fetchType: STORE}
    outputs:
      files: {type: list, title: F, value: "{{ steps.each | jq('.[].uri') }}"}
    tests:
      - {name: none, properties: {names: []}, outputs: {files: []}}
      - {name: no storage, properties: {names: [a]}, exchanges: [{request: {method: GET, url: "https://h.example/rows/a"}, response: {json: []}}], error: internal storage is not available}
  - type: a.List
    title: L
    example: "{}"
    properties:
      name: {title: N, required: true}
    steps:
      - id: list
        request: {path: [rows, "{{ props.name }}"]}
        pages: {by: link, rows: "{{ response.body }}"}
    fetch: {step: list}
    tests:
      - {name: good, properties: {name: n}, exchanges: [{request: {method: GET, url: "https://h.example/rows/n"}, response: {json: []}}], outputs: {rows: [], size: 0}}
      - {name: bad, properties: {name: n}, exchanges: [{request: {method: GET, url: "https://h.example/rows/n"}, response: {status: 400, text: bad}}], error: bad}
)"));
  auto page = [&](char letter, std::string_view more) {
    return fmt::format(R"({{"headers": {{{}}}, "json": ["{}"]}})", more, std::string(row_bytes, letter));
  };
  RecordedHttp recorded({testing::exchange("GET", "/rows/a", page('a', R"("Link": "</rows/a/2>; rel=\"next\"")")),
                         testing::exchange("GET", "/rows/b", page('b', R"("Link": "</rows/b/2>; rel=\"next\"")")),
                         testing::exchange("GET", "/rows/a/2", page('a', "")),
                         testing::exchange("GET", "/rows/b/2", page('b', ""))});
  SlowHttp http(recorded, bench.loop);
  auto result = bench.run(http, "names: [a, b]");
  ASSERT_TRUE(result.has_value()) << result.error().error.message();
  EXPECT_EQ(recorded.problem(), "");
  const Value files = *result->outputs.find("files");
  ASSERT_EQ(files.size(), 2U);
  // Files of one name have one address here: it has what was stored last.
  const std::string& stored = bench.context.fake_files.stored.at(std::string(files.items()[1].text()));
  EXPECT_EQ(std::ranges::count(stored, '\n'), 2);
  EXPECT_EQ(std::ranges::count(stored, 'b'), static_cast<std::ptrdiff_t>(2 * row_bytes));
  EXPECT_EQ(std::ranges::count(stored, 'a'), 0) << "rows of another item";
}

TEST(ConnectorSteps, APartKnowsWhatWasResumed) {  // PLUG-716, PLUG-717
  ConnectorBench bench(connector_of(R"(    steps:
      - id: each
        foreach: [a, b]
        steps:
          - {id: prepare, if: "{{ resumed is null }}", request: {method: POST, path: [prepare, "{{ item }}"]}}
      - id: work
        job:
          start: {method: POST, path: [jobs]}
          id: "{{ response.body.id }}"
          poll: {path: [jobs, "{{ job.id }}"]}
          state: "{{ response.body.state }}"
          success: [DONE]
    tests:
      - name: prepares each
        exchanges:
          - {request: {method: POST, url: "https://h.example/prepare/a"}, response: {json: {}}}
          - {request: {method: POST, url: "https://h.example/prepare/b"}, response: {json: {}}}
          - {request: {method: POST, url: "https://h.example/jobs"}, response: {json: {id: 7}}}
          - {request: {method: GET, url: "https://h.example/jobs/7"}, response: {json: {state: DONE}}}
        outputs: {}
      - {name: fails, exchanges: [{request: {method: POST, url: "https://h.example/prepare/a"}, response: {status: 400, text: bad}}], error: bad}
)"));
  bench.context.host = [](std::string_view function, const Value&) -> base::Result<Value> {
    if (function == "kv.set") return Value();
    return Value::map({{"found", Value::boolean(true)},
                       {"value", *syntax::parse_json(R"({"step": "work", "started": true, "id": 7})")}});
  };
  auto result = bench.replay({testing::exchange("GET", "/jobs/7", R"({"json": {"state": "DONE"}})")});
  EXPECT_TRUE(result.has_value()) << result.error().error.message();
}

TEST(ConnectorSteps, AreCheckedWhenTheyAreLoaded) {  // PLUG-715, PLUG-717
  auto problem = [](std::string_view from, std::string_view to) { return first_problem(changed(upsert, from, to)); };
  EXPECT_THAT(problem("call: a.Find, with", "call: a.Find, set: 1, with"),
              HasSubstr("c.yaml:12: the step `found` of a.B needs one of `request`, `job`, `assert`, `set`, `switch`, "
                        "`steps` and `call`"));
  EXPECT_THAT(problem("id: found, call", "id: found, concurrency: 2, call"), HasSubstr("without `foreach`"));
  EXPECT_THAT(problem("id: found, call", "id: found, concurrency: 99, foreach: [1], call"), HasSubstr("c.yaml:12"));
  EXPECT_THAT(problem("id: found, call", "id: found, cases: {a: [{id: x, set: 1}]}, call"),
              HasSubstr("needs `switch` and `cases` together"));
  EXPECT_THAT(problem("id: found, call", "id: found, pages: {rows: a}, call"),
              HasSubstr("has `pages` without `request`"));
  EXPECT_THAT(problem("- id: change", "- id: found"), HasSubstr("c.yaml:13: the step `found` of a.B stands twice"));
  EXPECT_THAT(problem("- id: change", "- id: group\n        steps: [{id: found, set: 1}]\n      - id: change"),
              HasSubstr("the step `found` of a.B stands twice"));
  EXPECT_THAT(problem("    outputs:", "    fetch: {step: found}\n    outputs:"),
              HasSubstr("`fetch` of a.B names `found`, which is no step with `pages`"));
  EXPECT_THAT(problem("    outputs:", "    fetch: {output: x}\n    outputs:"),
              HasSubstr("needs either `rows` or `step`"));
  EXPECT_THAT(problem("{id: get, request", "{id: get, pages: {by: cursor, rows: a}, request"),
              HasSubstr("needs `next` with `by: next` and `by: cursor`"));
  EXPECT_THAT(problem("{id: get, request", "{id: get, pages: {by: link, size: 3, rows: a}, request"),
              HasSubstr("has `first` or `size` without"));
  EXPECT_THAT(problem("{id: get, request", "{id: get, pages: {by: leaf, rows: a}, request"), HasSubstr("leaf"));
  EXPECT_THAT(problem("response: {json: [{id: 7}]}", "response: {jason: 1}"),
              HasSubstr("an exchange has the unknown key `jason`"));
}

}  // namespace
}  // namespace gyr::connectors
