// Filters made ready to be asked: the same rules in every back end.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/query.h"

namespace re2 {
class RE2;
}

namespace gyr::store {

/// All conditions on one text field (API-30). Regular expressions are RE2's (linear in the text) and match anywhere.
/// Immutable once compiled; one thread at a time.
class TextMatcher {
 public:
  /// `field` names it in error messages (bad_query).
  static base::Result<TextMatcher> compile(const std::vector<TextFilter>& filters, std::string_view field);

  bool accepts_all() const { return filters_.empty(); }
  bool matches(std::string_view text) const;
  /// The only texts that can match, where equals or in say so; null otherwise.
  const std::vector<std::string>* candidates() const;
  /// A text that everything matching starts with; empty where nothing is known.
  std::string_view common_prefix() const;

 private:
  struct Compiled {
    Operator op;
    std::vector<std::string> values;
    std::shared_ptr<re2::RE2> regex;
  };
  static bool holds(const Compiled& filter, std::string_view text);
  std::vector<Compiled> filters_;
};

/// Conditions on labels, all of which have to hold.
class LabelMatcher {
 public:
  static base::Result<LabelMatcher> compile(const std::vector<LabelFilter>& filters);
  bool accepts_all() const { return filters_.empty(); }
  bool matches(const std::vector<model::Label>& labels) const;
  /// The others, for who has seen to this one.
  LabelMatcher without(size_t index) const;

 private:
  std::vector<LabelFilter> filters_;
};

/// `q`: a piece of text in any case (API-30).
class PieceMatcher {
 public:
  static base::Result<PieceMatcher> compile(std::string_view piece);
  bool accepts_all() const { return regex_ == nullptr; }
  bool in(std::string_view text) const;
  bool in_any(const std::vector<model::Label>& labels) const;
  /// Between texts that are looked through together: no text that is looked for has it.
  static constexpr char separator = '\xFF';

 private:
  std::shared_ptr<re2::RE2> regex_;
};

/// Conditions on a time, in the microseconds that columns hold; both ends included.
struct TimeRange {
  int64_t from = std::numeric_limits<int64_t>::min();
  int64_t to = std::numeric_limits<int64_t>::max();
  std::vector<int64_t> except;

  static base::Result<TimeRange> compile(const std::vector<TimeFilter>& filters, std::string_view field);
  bool is_everything() const {
    return from == std::numeric_limits<int64_t>::min() && to == std::numeric_limits<int64_t>::max() && except.empty();
  }
  bool contains(int64_t us) const;
};

/// `page` and `size` from 1 (API-27), and no page that cannot be counted to.
base::Result<uint64_t> offset_of(const Paging& paging);

/// The index in `fields` of each order's field, or bad_query naming what there is.
base::Result<std::vector<size_t>> order_fields(const std::vector<Order>& orders,
                                               std::span<const std::string_view> fields);

}  // namespace gyr::store
