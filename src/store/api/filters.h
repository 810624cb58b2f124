// Filters, orders and pages of queries.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.h"

namespace gyr::store {

/// Operators of `filters[field][OP]` (API-30).
enum class Operator : uint8_t {
  equals,
  not_equals,
  greater,
  greater_or_equal,
  less,
  less_or_equal,
  in,
  not_in,
  starts_with,
  ends_with,
  contains,
  regex,
  prefix,
};

/// One condition on a text column; `values` has one element, except for in and not_in.
struct TextFilter {
  Operator op = Operator::equals;
  std::vector<std::string> values;
};
/// One condition on a date column.
struct TimeFilter {
  Operator op = Operator::greater_or_equal;
  base::Instant value;
};
/// equals, not_equals, in, not_in, contains; the negative operators also match if the key is missing.
struct LabelFilter {
  Operator op = Operator::equals;
  std::string key;
  std::vector<std::string> values;
};

/// One page of results. `total` is exact if rollups provide it; otherwise it is counted up to the `count_limit` of the
/// query. Beyond the limit it is the count so far and `total_is_exact` is false (rows are never counted one by one).
template <class T>
struct Page {
  std::vector<T> results;
  uint64_t total = 0;
  bool total_is_exact = true;
};

/// The page of a list; `total` is counted up to `count_limit` and is inexact above it.
struct Paging {
  uint32_t page = 1;  ///< from 1
  uint32_t size = 10;
  uint64_t count_limit = 100'000;
};

/// One sort key.
struct Order {
  std::string field;  ///< the field name of the API: `state.startDate`, `id` …; the resource must be sortable by it
  bool descending = true;
};

}  // namespace gyr::store
