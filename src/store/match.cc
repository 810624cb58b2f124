#include "store/match.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/text.h"
#include "store/store.h"

namespace gyr::store {
namespace {

// Longer patterns and lists are not written by people; compiling and comparing them is expensive.
constexpr size_t max_pattern_bytes = 4096;
constexpr size_t max_list_values = 10'000;
constexpr int64_t regex_memory_bytes = 1 << 20;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

base::Result<std::shared_ptr<re2::RE2>> compile_regex(std::string_view pattern, bool any_case, std::string_view field) {
  if (pattern.size() > max_pattern_bytes) {
    return base::fail(bad_query, fmt::format("the pattern for {} has more than {} bytes", field, max_pattern_bytes));
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(regex_memory_bytes);
  options.set_case_sensitive(!any_case);
  options.set_dot_nl(true);
  auto regex = std::make_shared<re2::RE2>(piece(pattern), options);
  if (!regex->ok())
    return base::fail(bad_query, fmt::format("the pattern for {} is invalid: {}", field, regex->error()));
  return regex;
}

std::string_view name_of(Operator op) {
  constexpr std::string_view names[] = {"EQUALS",       "NOT_EQUALS",
                                        "GREATER_THAN", "GREATER_THAN_OR_EQUAL_TO",
                                        "LESS_THAN",    "LESS_THAN_OR_EQUAL_TO",
                                        "IN",           "NOT_IN",
                                        "STARTS_WITH",  "ENDS_WITH",
                                        "CONTAINS",     "REGEX",
                                        "PREFIX"};
  return names[static_cast<size_t>(op)];
}

std::unexpected<base::Error> wrong_operator(Operator op, std::string_view field) {
  return base::fail(bad_query, fmt::format("{} does not support the operation {}", field, name_of(op)));
}

base::Result<void> check_values(size_t count, bool is_list, Operator op, std::string_view field) {
  if (is_list ? count > max_list_values : count != 1) {
    return base::fail(bad_query,
                      is_list ? fmt::format("{} with {} takes at most {} values", field, name_of(op), max_list_values)
                              : fmt::format("{} with {} takes one value, not {}", field, name_of(op), count));
  }
  return {};
}

bool one_of(const std::vector<std::string>& sorted, std::string_view text) {
  auto found = std::lower_bound(sorted.begin(), sorted.end(), text);
  return found != sorted.end() && *found == text;
}

}  // namespace

base::Result<TextMatcher> TextMatcher::compile(const std::vector<TextFilter>& filters, std::string_view field) {
  TextMatcher matcher;
  for (const auto& filter : filters) {
    bool is_list = filter.op == Operator::in || filter.op == Operator::not_in;
    if (filter.op >= Operator::greater && filter.op <= Operator::less_or_equal) return wrong_operator(filter.op, field);
    GYR_CHECK(check_values(filter.values.size(), is_list, filter.op, field));
    Compiled compiled{filter.op, filter.values, nullptr};
    std::sort(compiled.values.begin(), compiled.values.end());
    compiled.values.erase(std::unique(compiled.values.begin(), compiled.values.end()), compiled.values.end());
    if (filter.op == Operator::regex) {
      GYR_TRY(compiled.regex, compile_regex(filter.values[0], false, field));
    }
    matcher.filters_.push_back(std::move(compiled));
  }
  return matcher;
}

bool TextMatcher::holds(const Compiled& filter, std::string_view text) {
  switch (filter.op) {
    case Operator::equals:
    case Operator::in: return one_of(filter.values, text);
    case Operator::not_equals:
    case Operator::not_in: return !one_of(filter.values, text);
    case Operator::starts_with: return text.starts_with(filter.values[0]);
    case Operator::ends_with: return text.ends_with(filter.values[0]);
    case Operator::contains: return text.find(filter.values[0]) != std::string_view::npos;
    case Operator::regex: return re2::RE2::PartialMatch(piece(text), *filter.regex);
    case Operator::prefix: {
      const std::string& head = filter.values[0];
      return text.starts_with(head) && (text.size() == head.size() || text[head.size()] == '.');
    }
    default: return false;
  }
}

bool TextMatcher::matches(std::string_view text) const {
  return std::all_of(filters_.begin(), filters_.end(), [&](const Compiled& filter) { return holds(filter, text); });
}

const std::vector<std::string>* TextMatcher::candidates() const {
  const std::vector<std::string>* best = nullptr;
  for (const auto& filter : filters_) {
    bool names_them = filter.op == Operator::equals || filter.op == Operator::in;
    if (names_them && (best == nullptr || filter.values.size() < best->size())) best = &filter.values;
  }
  return best;
}

std::string_view TextMatcher::common_prefix() const {
  std::string_view best;
  for (const auto& filter : filters_) {
    bool has_prefix =
        filter.op == Operator::starts_with || filter.op == Operator::prefix || filter.op == Operator::equals;
    if (has_prefix && filter.values[0].size() > best.size()) best = filter.values[0];
  }
  return best;
}

base::Result<NamespaceMatcher> NamespaceMatcher::compile(const Visible& visible,
                                                         const std::vector<TextFilter>& filters) {
  GYR_TRY(auto texts, TextMatcher::compile(filters, "namespace"));
  return NamespaceMatcher(visible, std::move(texts));
}

NamespaceMatcher::NamespaceMatcher(Visible visible, TextMatcher texts)
    : visible_(std::move(visible)), texts_(std::move(texts)) {
  const std::string_view asked = texts_.common_prefix();
  if (visible_.everything()) {
    ranges_.emplace_back(asked);
    return;
  }
  for (const std::string& name : visible_.prefixes()) {
    // The range of `a.b` contains that of `a.bc`, which can be visible too.
    if (!ranges_.empty() && name.starts_with(ranges_.back())) continue;
    if (name.starts_with(asked)) {
      ranges_.push_back(name);
    } else if (asked.starts_with(name)) {
      ranges_.assign(1, std::string(asked));
      return;
    }
  }
}

base::Result<LabelMatcher> LabelMatcher::compile(const std::vector<LabelFilter>& filters) {
  LabelMatcher matcher;
  for (const auto& filter : filters) {
    switch (filter.op) {
      case Operator::equals:
      case Operator::not_equals:
      case Operator::contains: GYR_CHECK(check_values(filter.values.size(), false, filter.op, "labels")); break;
      case Operator::in:
      case Operator::not_in: GYR_CHECK(check_values(filter.values.size(), true, filter.op, "labels")); break;
      default: return wrong_operator(filter.op, "labels");
    }
    matcher.filters_.push_back(filter);
    std::sort(matcher.filters_.back().values.begin(), matcher.filters_.back().values.end());
  }
  return matcher;
}

bool LabelMatcher::matches(const std::vector<model::Label>& labels) const {
  for (const auto& filter : filters_) {
    bool found = std::any_of(labels.begin(), labels.end(), [&](const model::Label& label) {
      if (label.key != filter.key) return false;
      if (filter.op == Operator::contains) return label.value.find(filter.values[0]) != std::string::npos;
      return one_of(filter.values, label.value);
    });
    bool wanted = filter.op != Operator::not_equals && filter.op != Operator::not_in;
    if (found != wanted) return false;
  }
  return true;
}

LabelMatcher LabelMatcher::without(size_t index) const {
  LabelMatcher others = *this;
  others.filters_.erase(others.filters_.begin() + static_cast<ptrdiff_t>(index));
  return others;
}

base::Result<PieceMatcher> PieceMatcher::compile(std::string_view wanted) {
  PieceMatcher matcher;
  if (wanted.empty()) return matcher;
  if (base::find_invalid_utf8(wanted)) return base::fail(bad_query, "the text searched for is not valid UTF-8");
  GYR_TRY(matcher.regex_, compile_regex(re2::RE2::QuoteMeta(piece(wanted)), true, "the text search"));
  return matcher;
}

bool PieceMatcher::in(std::string_view text) const {
  return regex_ == nullptr || re2::RE2::PartialMatch(piece(text), *regex_);
}

bool PieceMatcher::in_any(const std::vector<model::Label>& labels) const {
  return std::any_of(labels.begin(), labels.end(),
                     [&](const model::Label& label) { return in(label.key) || in(label.value); });
}

base::Result<std::vector<PieceMatcher>> compile_unwanted(const std::vector<std::string>& pieces) {
  std::vector<PieceMatcher> unwanted;
  for (const std::string& piece : pieces) {
    GYR_TRY(unwanted.emplace_back(), PieceMatcher::compile(piece));
  }
  return unwanted;
}

base::Result<PieceConditions> PieceConditions::compile(std::string_view wanted,
                                                       const std::vector<std::string>& unwanted) {
  PieceConditions conditions;
  GYR_TRY(conditions.wanted_, PieceMatcher::compile(wanted));
  GYR_TRY(conditions.unwanted_, compile_unwanted(unwanted));
  return conditions;
}

base::Result<TimeRange> TimeRange::compile(const std::vector<TimeFilter>& filters, std::string_view field) {
  TimeRange range;
  for (const auto& filter : filters) {
    int64_t floor = filter.value.to_micros();
    bool between = base::Instant::of_micros(floor) < filter.value;  // finer than the column
    switch (filter.op) {
      case Operator::equals:
        range.from = std::max(range.from, floor);
        range.to = std::min(range.to, between ? std::numeric_limits<int64_t>::min() : floor);
        break;
      case Operator::not_equals:
        if (!between) range.except.push_back(floor);
        break;
      case Operator::greater:
        if (floor == std::numeric_limits<int64_t>::max())
          range.to = std::numeric_limits<int64_t>::min();
        else
          range.from = std::max(range.from, floor + 1);
        break;
      case Operator::greater_or_equal: range.from = std::max(range.from, floor + (between ? 1 : 0)); break;
      case Operator::less:
        if (floor == std::numeric_limits<int64_t>::min())
          range.from = std::numeric_limits<int64_t>::max();
        else
          range.to = std::min(range.to, floor - (between ? 0 : 1));
        break;
      case Operator::less_or_equal: range.to = std::min(range.to, floor); break;
      default: return wrong_operator(filter.op, field);
    }
  }
  return range;
}

bool TimeRange::contains(int64_t us) const {
  return us >= from && us <= to && std::find(except.begin(), except.end(), us) == except.end();
}

base::Result<uint64_t> offset_of(const Paging& paging) {
  if (paging.page == 0 || paging.size == 0) return base::fail(bad_query, "page and size start at 1");
  return static_cast<uint64_t>(paging.page - 1) * paging.size;
}

base::Result<std::vector<size_t>> order_fields(const std::vector<Order>& orders,
                                               std::span<const std::string_view> fields) {
  std::vector<size_t> indexes;
  for (const auto& order : orders) {
    auto found = std::find(fields.begin(), fields.end(), order.field);
    if (found == fields.end()) {
      return base::fail(bad_query,
                        fmt::format("cannot sort by '{}'; possible fields: {}", order.field, fmt::join(fields, ", ")));
    }
    indexes.push_back(static_cast<size_t>(found - fields.begin()));
  }
  return indexes;
}

}  // namespace gyr::store
