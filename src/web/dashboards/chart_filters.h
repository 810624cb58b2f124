// The compiled conditions of charts (CORE-112), and the filters of their page (UI-193).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "store/match.h"
#include "web/dashboards/dashboard.h"

namespace gyr::web {

/// One row of a source; valid while it is processed.
class ChartSample {
 public:
  virtual ~ChartSample() = default;
  /// Null if the row has no value for the field. Dates are instants, durations are seconds.
  virtual base::Value value(const DataField& field, std::string_view label_key) const = 0;
  /// The number of rows that it represents.
  virtual uint64_t count() const { return 1; }
};

/// All conditions must be true. Immutable once compiled. Not thread-safe.
class ChartMatcher {
 public:
  static base::Result<ChartMatcher> compile(const std::vector<ChartFilter>& filters);
  bool matches(const ChartSample& sample) const;

 private:
  struct Compiled {
    const DataField* field = nullptr;
    ChartTest test = ChartTest::equal_to;
    std::string label_key;
    std::optional<store::TextMatcher> text;
    base::Value bound;  ///< of a comparison: number or instant, otherwise null
    std::string bound_text;
    std::vector<Compiled> alternatives;
  };
  static base::Result<Compiled> compile_one(const ChartFilter& filter);
  static bool holds(const Compiled& filter, const ChartSample& sample);
  std::vector<Compiled> filters_;
};

/// The filters of a page for this source: `namespace` (with its children), `labels`, `filters` of the body. Fields that
/// the source does not have are ignored.
base::Result<std::vector<ChartFilter>> page_filters(const base::Value& body, DataSource source);

inline bool is_instant(const base::Value& value) { return value.kind() == base::Value::Kind::instant; }

/// -1, 0, 1; null comes first, numbers and dates are compared by value, the rest as text.
int compare_values(const base::Value& a, const base::Value& b);
/// The text of a value in tables and filters.
std::string sample_text(const base::Value& value);

}  // namespace gyr::web
