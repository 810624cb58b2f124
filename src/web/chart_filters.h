// Conditions of charts, made ready to be asked of rows (CORE-112), and those of the page around them (UI-193).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "store/match.h"
#include "web/dashboard.h"

namespace gyr::web {

/// One row of a source, as long as it is looked at.
class ChartSample {
 public:
  virtual ~ChartSample() = default;
  /// Null where the row has no such thing. Dates are instants, durations seconds.
  virtual base::Value value(const DataField& field, std::string_view label_key) const = 0;
  /// How many rows it stands for.
  virtual uint64_t count() const { return 1; }
};

/// All conditions have to hold. Immutable once compiled; one thread at a time.
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
    base::Value bound;  ///< of a comparison: number or instant, else null
    std::string bound_text;
    std::vector<Compiled> alternatives;
  };
  static base::Result<Compiled> compile_one(const ChartFilter& filter);
  static bool holds(const Compiled& filter, const ChartSample& sample);
  std::vector<Compiled> filters_;
};

/// The filters of a page for this source: `namespace` (with its children), `labels`, `filters` of the body. What the
/// source does not have is left out.
base::Result<std::vector<ChartFilter>> page_filters(const base::Value& body, DataSource source);

inline bool is_instant(const base::Value& value) { return value.kind() == base::Value::Kind::instant; }

/// -1, 0, 1; null before all else, numbers and dates by value, the rest by text.
int compare_values(const base::Value& a, const base::Value& b);
/// As tables and filters see a value.
std::string sample_text(const base::Value& value);

}  // namespace gyr::web
