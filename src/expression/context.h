// The context of an expression: values of root names, looked up lazily, and host calls.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/value.h"

namespace gyr::expression {

class LazyMap;

/// The result of looking up a name: absent, a value, or a map whose entries are looked up one by one.
struct Lookup {
  enum class Kind : uint8_t {
    absent,  ///< undefined in the sense of EXPR-80
    value,
    lazy,       ///< `lazy` lives as long as the context
    elsewhere,  ///< exists but is not in memory here: the evaluation ends in a HostRequest
  };
  Kind kind = Kind::absent;
  base::Value value;
  const LazyMap* lazy = nullptr;

  static Lookup none() { return {}; }
  static Lookup of(base::Value value) { return {Kind::value, std::move(value), nullptr}; }
  static Lookup of(const LazyMap& map) { return {Kind::lazy, {}, &map}; }
  static Lookup not_here() { return {Kind::elsewhere, {}, nullptr}; }
};

/// A map whose entries are created on demand, such as `outputs`. Immutable while an evaluation runs; one thread.
class LazyMap {
 public:
  virtual ~LazyMap() = default;
  virtual Lookup get(std::string_view key) const = 0;
  /// The whole map, for printing, loops and filters; nothing if part of it is not in memory (then HostRequest).
  virtual std::optional<base::Value> materialize() const = 0;
  /// Up to `limit` of its keys, for messages ("what exists at this point"); none if that would be expensive.
  virtual std::vector<std::string> names(size_t limit) const;
};

/// The root names of one evaluation (EXPR-380 ff). Immutable while an evaluation runs.
class Context {
 public:
  virtual ~Context() = default;
  virtual Lookup root(std::string_view name) const = 0;
  /// Names for messages ("what exists at this point") and for printContext().
  virtual std::vector<std::string> root_names() const = 0;
};

/// A context over a plain map value: for tests, `gyr expression eval` and what arrives on a worker.
class ValueContext final : public Context {
 public:
  explicit ValueContext(base::Value root) : root_(std::move(root)) {}
  Lookup root(std::string_view name) const override;
  std::vector<std::string> root_names() const override;
  const base::Value& value() const { return root_; }

 private:
  base::Value root_;
};

/// Variables that override those of another context (EXPR-5).
class OverlayContext final : public Context {
 public:
  OverlayContext(const Context& below, base::Value extra) : below_(below), extra_(std::move(extra)) {}
  Lookup root(std::string_view name) const override;
  std::vector<std::string> root_names() const override;

 private:
  const Context& below_;
  base::Value extra_;
};

/// Something only a host can answer: `kv`, `secret`, `read`, `http`, `errorLogs` … with its arguments as a map, those
/// left out not in it. The README of this module lists the calls and what answers them.
struct HostCall {
  std::string function;
  base::Value arguments;
  friend bool operator==(const HostCall&, const HostCall&) = default;
};

/// The answer to a host call: a value, or the error the function raises at its place in the template.
struct HostAnswer {
  HostCall call;
  base::Result<base::Value> result;
};

/// Everything except the context on which one evaluation depends. The evaluation is a pure function of template,
/// context and this: with one more host result it takes the same path up to the next host call (principle: host
/// requests).
struct Environment {
  base::Instant now;         ///< result of now() during the whole evaluation
  uint64_t random_seed = 0;  ///< source of randomInt(), uuid() and the like
  /// In the order of the calls of the evaluation. The k-th of several equal calls gets the k-th result for it, so each
  /// further result lets the evaluation continue.
  std::vector<HostAnswer> answers;
  std::string time_zone;  ///< zone of dates where none is named (EXPR-248); empty is UTC
  /// Lower-cased names without prefix are in the context (`envs`); nothing here reads the process environment.
  bool recursive_rendering = false;  ///< `kestra.variables.recursive-rendering` (EXPR-312)
};

}  // namespace gyr::expression
