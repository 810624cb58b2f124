#include "cli/json_filter.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/errors.h"
#include "jq/interpreter.h"
#include "jq/program.h"
#include "syntax/json.h"

namespace gyr::cli {

using base::Value;

base::Result<std::unique_ptr<JsonFilter>> JsonFilter::make(std::string_view program, Output& out, base::Instant now) {
  auto parsed = jq::parse(program);
  if (!parsed) {
    return base::fail(base::Error(wrong_usage, fmt::format("`{}` is not a valid value for `--jq`: {}", program,
                                                           parsed.error().message()))
                          .with_hint("for example: --jq '.[] | .id'"));
  }
  return std::make_unique<JsonFilter>(*std::move(parsed), out, now);
}

base::Result<void> JsonFilter::print(const Value& document) {
  // A list of 100,000 rows is much more than one value of an expression.
  constexpr jq::RunLimits limits{.steps = 2'000'000'000, .bytes = size_t{512} << 20};
  jq::Interpreter interpreter(limits, now_);
  base::ListBuilder results;
  if (interpreter.run(*program_, document, results) != jq::Interpreter::End::done)
    return base::fail(jq::jq_failed, interpreter.message());
  std::string out;
  const Value list = results.build();
  for (const Value& result : list.items()) {
    std::string text = result.is_string() ? std::string(result.text()) : syntax::write_json(result);
    out += (out_.is_terminal() ? printable(text) : text) + '\n';
  }
  if (!out.empty()) out_.write(out);
  return {};
}

base::Result<void> JsonFilter::finish() {
  if (base::trim(text_).empty()) return {};
  if (auto document = syntax::parse_json(text_)) return print(*document);
  // Several documents, one on each line.
  for (std::string_view line : base::split(text_, '\n')) {
    if (base::trim(line).empty()) continue;
    auto document = syntax::parse_json(line);
    if (!document)
      return base::fail(base::Error(call_refused, "`--jq` needs JSON, and the output is something else")
                            .with_hint("omit `--jq` to see the output"));
    GYR_CHECK(print(*document));
  }
  return {};
}

}  // namespace gyr::cli
