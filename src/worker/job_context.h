// The expression context that came with a job (engine/context.h, ExecutionContext::for_worker).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/value.h"
#include "expression/context.h"

namespace gyr::worker {

/// A map of roots. Of `outputs` and `tasks` it may hold only a part: a look-up that misses there is `elsewhere`,
/// missing() tells what it was, and complete() puts the whole in its place. One thread.
class JobContext final : public expression::Context {
 public:
  /// One entry of `outputs` or `tasks` that is here in part.
  struct Missing {
    std::string root;
    std::string task;
    int64_t loops = 0;  ///< whose values expressions name to get at it
  };

  explicit JobContext(base::Value roots);
  ~JobContext() override;

  expression::Lookup root(std::string_view name) const override;
  std::vector<std::string> root_names() const override;

  /// What the last look-up did not find here; nothing where all is here.
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
