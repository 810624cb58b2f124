// The result of an expression during its evaluation: a value, or one of the states that never leave the evaluator.
#pragma once

#include <cstdint>
#include <utility>

#include "base/value.h"
#include "expression/context.h"

namespace gyr::expression {

/// The intermediate result of one node. Undefined is a state here and not an error, because `??`, `is defined` and
/// `default` handle it (EXPR-80 to EXPR-88). A failure is kept in the session and only marked here. One thread; it must
/// not outlive the evaluation, because a lazy operand points into the context.
class Operand {
 public:
  enum class State : uint8_t {
    value,
    lazy,       ///< a map of the context whose entries are looked up on demand
    transient,  ///< a lazy map of the evaluation itself (`loop`, `_context`): must not outlive its scope
    entry,      ///< one entry of a map, in loops over maps (EXPR-84)
    entries,    ///< the entries of a map, from entrySet() (EXPR-85)
    undefined,  ///< `value` is the missing name
    failed,     ///< the session has the error, or what is needed
  };

  Operand() = default;
  Operand(base::Value value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)

  static Operand lazy(const LazyMap& map) { return Operand(State::lazy, {}, &map, 0); }
  static Operand transient(const LazyMap& map) { return Operand(State::transient, {}, &map, 0); }
  static Operand entry(base::Value map, uint64_t index) {
    return Operand(State::entry, std::move(map), nullptr, index);
  }
  static Operand entries(base::Value map) { return Operand(State::entries, std::move(map), nullptr, 0); }
  /// `origin` identifies the node and the missing part of a path (see Evaluator::raise_undefined).
  static Operand undefined(base::Value name, uint64_t origin) {
    return Operand(State::undefined, std::move(name), nullptr, origin);
  }
  static Operand failed() { return Operand(State::failed, {}, nullptr, 0); }

  State state() const { return state_; }
  bool is_value() const { return state_ == State::value; }
  bool is_lazy() const { return state_ == State::lazy || state_ == State::transient; }
  bool is_entry() const { return state_ == State::entry; }
  bool is_undefined() const { return state_ == State::undefined; }
  bool is_failed() const { return state_ == State::failed; }
  /// Neither undefined nor failed.
  bool is_usable() const { return state_ < State::undefined; }
  bool is_null() const { return state_ == State::value && value_.is_null(); }
  bool is_string() const { return state_ == State::value && value_.is_string(); }
  bool is_list() const { return state_ == State::value && value_.is_list(); }
  bool is_map() const { return state_ == State::value && value_.is_map(); }

  const base::Value& value() const { return value_; }
  base::Value& value() { return value_; }
  const LazyMap& map() const { return *map_; }
  const base::MapEntry& map_entry() const { return value_.entries()[index_]; }
  uint64_t origin() const { return index_; }

 private:
  Operand(State state, base::Value value, const LazyMap* map, uint64_t index)
      : value_(std::move(value)), state_(state) {
    if (map != nullptr) {
      map_ = map;
    } else {
      index_ = index;
    }
  }

  base::Value value_;
  union {
    uint64_t index_ = 0;
    const LazyMap* map_;
  };
  State state_ = State::value;
};

}  // namespace gyr::expression
