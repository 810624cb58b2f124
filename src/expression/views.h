// Lazy maps of the evaluation itself: `loop` and `_context`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "expression/context.h"
#include "expression/evaluator.h"
#include "expression/session.h"

namespace gyr::expression {

/// The `loop` variable (EXPR-102). Lives as long as its loop.
class LoopView final : public LazyMap {
 public:
  explicit LoopView(size_t length) : length_(length) {}
  void set_index(size_t index) { index_ = index; }

  Lookup get(std::string_view key) const override;
  std::optional<base::Value> materialize() const override;
  std::vector<std::string> names(size_t limit) const override;

 private:
  size_t length_;
  size_t index_ = 0;
};

/// The `_context` variable: all variables that are visible where it is used (EXPR-108).
class ContextView final : public LazyMap {
 public:
  ContextView(Evaluator& evaluator, Scopes::Mark mark) : evaluator_(evaluator), mark_(mark) {}
  Scopes::Mark mark() const { return mark_; }

  Lookup get(std::string_view key) const override;
  std::optional<base::Value> materialize() const override;

 private:
  Evaluator& evaluator_;
  Scopes::Mark mark_;
};

}  // namespace gyr::expression
