#include "execution.h"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <chrono>

#include "codes.h"

namespace gyr::load {

namespace {

constexpr std::array<std::string_view, 7> terminal_states = {"SUCCESS",   "WARNING", "FAILED", "KILLED",
                                                             "CANCELLED", "SKIPPED", "RETRIED"};

std::optional<int> digits(std::string_view text, size_t from, size_t count) {
  int value = 0;
  for (size_t i = from; i < from + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<base::Instant> date_of(simdjson::dom::element state, const char* name) {
  std::string_view text;
  if (state[name].get(text) != simdjson::SUCCESS) return std::nullopt;
  return parse_utc(text);
}

}  // namespace

bool is_terminal(std::string_view state) {
  return std::find(terminal_states.begin(), terminal_states.end(), state) != terminal_states.end();
}

std::optional<base::Instant> parse_utc(std::string_view text) {
  constexpr size_t whole_seconds = 19;  // 2026-11-20T10:06:07
  if (text.size() <= whole_seconds || !text.ends_with('Z')) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;

  uint32_t nanos = 0;
  const std::string_view fraction = text.substr(whole_seconds, text.size() - whole_seconds - 1);
  if (!fraction.empty()) {
    if (fraction.front() != '.' || fraction.size() < 2 || fraction.size() > 10) return std::nullopt;
    const auto value = digits(fraction, 1, fraction.size() - 1);
    if (!value) return std::nullopt;
    nanos = static_cast<uint32_t>(*value);
    for (size_t i = fraction.size(); i < 10; ++i) nanos *= 10;
  }
  const int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return base::Instant{days * 86'400 + int64_t{*hour} * 3'600 + int64_t{*minute} * 60 + *second, nanos};
}

base::Result<ExecutionView> parse_execution(std::string_view json) {
  // One parser a thread: its buffers are the cost of parsing.
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto error = parser.parse(json.data(), json.size(), true).get(root)) {
    return base::fail(bad_answer, fmt::format("an answer that is no JSON: {}", simdjson::error_message(error)));
  }
  ExecutionView view;
  std::string_view text;
  if (root["id"].get(text) != simdjson::SUCCESS || text.empty()) {
    return base::fail(bad_answer, "an answer without an execution's id");
  }
  view.id = text;
  simdjson::dom::element state;
  if (root["state"].get(state) != simdjson::SUCCESS || state["current"].get(text) != simdjson::SUCCESS) {
    return base::fail(bad_answer, fmt::format("execution {} without a state", view.id));
  }
  view.state = text;
  view.created = date_of(state, "startDate");
  view.ended = date_of(state, "endDate");
  simdjson::dom::array task_runs;
  if (root["taskRunList"].get(task_runs) == simdjson::SUCCESS) {
    for ([[maybe_unused]] simdjson::dom::element run : task_runs) view.task_runs += 1;
  }
  return view;
}

}  // namespace gyr::load
