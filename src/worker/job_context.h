// The expression context that came with a job (engine/context.h, ExecutionContext::for_worker).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/value.h"
#include "expression/context.h"

namespace gyr::worker {

/// A map of roots. Outputs of tasks inside loops may be there only in part: a look-up that misses in one of those is
/// `elsewhere`, and complete() puts the whole in its place. One thread.
class JobContext final : public expression::Context {
 public:
  explicit JobContext(base::Value roots);
  ~JobContext() override;

  expression::Lookup root(std::string_view name) const override;
  std::vector<std::string> root_names() const override;

  /// A task whose outputs are here in part; nothing where all is here.
  std::optional<std::string> first_partial() const;
  /// How many loops expressions name the values of, to get at its outputs.
  int64_t loops_around(const std::string& partial) const { return partial_.at(partial); }
  void complete(std::string_view task, base::Value outputs);
  const base::Value& roots() const { return roots_; }
  void set_roots(base::Value roots) { roots_ = std::move(roots); }

 private:
  class PartialMap;
  class Outputs;
  base::Value roots_;
  std::map<std::string, int64_t, std::less<>> partial_;  // with the number of loops around the task
  std::unique_ptr<Outputs> outputs_;
  mutable std::deque<std::unique_ptr<expression::LazyMap>> nested_;
};

}  // namespace gyr::worker
