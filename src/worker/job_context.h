// The expression context that is sent with a job (engine/context.h, ExecutionContext::for_worker).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/value.h"
#include "expression/context.h"

namespace gyr::worker {

/// A map of the roots. `outputs` and `tasks` can be incomplete: a look-up of a missing entry returns `elsewhere`,
/// missing() returns its name, and complete() adds the full value. Not thread-safe.
class JobContext final : public expression::Context {
 public:
  /// An entry of `outputs` or `tasks` that is only partly present.
  struct Missing {
    std::string root;
    std::string task;
    int64_t loops = 0;  ///< the number of loops whose values an expression must name to reach the entry
  };

  explicit JobContext(base::Value roots);
  ~JobContext() override;

  expression::Lookup root(std::string_view name) const override;
  std::vector<std::string> root_names() const override;

  /// The entry that the last look-up did not find; nothing if it found everything.
  std::optional<Missing> missing() const;
  void complete(const Missing& part, base::Value whole);
  const base::Value& roots() const { return roots_; }
  void set_roots(base::Value roots) { roots_ = std::move(roots); }

 private:
  class PartialMap;
  class ByTask;
  base::Value roots_;
  std::unique_ptr<ByTask> outputs_;
  std::unique_ptr<ByTask> tasks_;
  mutable std::optional<Missing> missing_;
  mutable std::deque<std::unique_ptr<expression::LazyMap>> nested_;
};

}  // namespace gyr::worker
