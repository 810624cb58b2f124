// Compiled filters: the same rules in every back end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/execution.h"
#include "store/api/filters.h"
#include "store/api/visible.h"

namespace re2 {
class RE2;
}

namespace gyr::store {

/// All conditions on one text field (API-30). Regular expressions use RE2 (linear time) and match anywhere in the text.
/// Immutable once compiled. Not thread-safe.
class TextMatcher {
 public:
  /// `field` names it in error messages (bad_query).
  static base::Result<TextMatcher> compile(const std::vector<TextFilter>& filters, std::string_view field);

  bool accepts_all() const { return filters_.empty(); }
  bool matches(std::string_view text) const;
  /// The only texts that can match, if `equals` or `in` restricts them; null otherwise.
  const std::vector<std::string>* candidates() const;
  /// A prefix of every matching text; empty if nothing is known.
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

/// The conditions of a query on the namespace, together with what its caller may see.
class NamespaceMatcher {
 public:
  static base::Result<NamespaceMatcher> compile(const Visible& visible, const std::vector<TextFilter>& filters);

  bool accepts_all() const { return visible_.everything() && texts_.accepts_all(); }
  bool matches(std::string_view namespace_) const { return visible_.covers(namespace_) && texts_.matches(namespace_); }
  /// See TextMatcher.
  const std::vector<std::string>* candidates() const { return texts_.candidates(); }
  /// All namespaces that can match start with one of these texts: the ranges of an index that a query reads. In order;
  /// no range is in another one. The empty text is the range of all namespaces; no range: nothing can match.
  const std::vector<std::string>& ranges() const { return ranges_; }

 private:
  NamespaceMatcher(Visible visible, TextMatcher texts);

  Visible visible_;
  TextMatcher texts_;
  std::vector<std::string> ranges_;
};

/// Conditions on labels. All must be true.
class LabelMatcher {
 public:
  static base::Result<LabelMatcher> compile(const std::vector<LabelFilter>& filters);
  bool accepts_all() const { return filters_.empty(); }
  bool matches(const std::vector<model::Label>& labels) const;
  /// All conditions except this one, for callers that have checked it.
  LabelMatcher without(size_t index) const;

 private:
  std::vector<LabelFilter> filters_;
};

/// `q`: a case-insensitive substring (API-30).
class PieceMatcher {
 public:
  static base::Result<PieceMatcher> compile(std::string_view piece);
  bool accepts_all() const { return regex_ == nullptr; }
  bool in(std::string_view text) const;
  bool in_any(const std::vector<model::Label>& labels) const;
  /// The separator of texts that are searched together: no search text contains it.
  static constexpr char separator = '\xFF';

 private:
  std::shared_ptr<re2::RE2> regex_;
};

/// Pieces that must not be in the texts of a row.
base::Result<std::vector<PieceMatcher>> compile_unwanted(const std::vector<std::string>& pieces);

/// What a query asks of the texts of a row (API-30): one piece must be in one of them, others in none.
class PieceConditions {
 public:
  static base::Result<PieceConditions> compile(std::string_view wanted, const std::vector<std::string>& unwanted);
  bool accepts_all() const { return wanted_.accepts_all() && unwanted_.empty(); }
  /// `in` says whether a piece is in one of the texts of the row.
  template <class In>
  bool hold(const In& in) const {
    return (wanted_.accepts_all() || in(wanted_)) && std::ranges::none_of(unwanted_, in);
  }

 private:
  PieceMatcher wanted_;
  std::vector<PieceMatcher> unwanted_;
};

/// Conditions on a time, in the microseconds of the columns; both ends included.
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

/// `page` and `size` from 1 (API-27); fails for page numbers that are too large.
base::Result<uint64_t> offset_of(const Paging& paging);

/// The index in `fields` of the field of each order; bad_query with the possible fields otherwise.
base::Result<std::vector<size_t>> order_fields(const std::vector<Order>& orders,
                                               std::span<const std::string_view> fields);

}  // namespace gyr::store
