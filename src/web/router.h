// Finds the operation a request is for: tries compiled from the route tables.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "web/path.h"
#include "web/route.h"

namespace gyr::web {

/// A path of a route, made ready: which segment each of its parameters is.
struct CompiledPath {
  const Route* route = nullptr;
  std::string_view pattern;
  std::vector<std::pair<std::string_view, uint8_t>> parameters;  ///< name, number of the segment behind the root

  /// The number of a parameter's segment; it must be one of the pattern.
  size_t position_of(std::string_view parameter) const;
};

/// What a path leads to.
struct Match {
  const CompiledPath* path = nullptr;  ///< null: nothing for this method
  size_t first_segment = 0;            ///< the segment that the pattern's first one stands for
  uint8_t methods = 0;                 ///< bits: what else there is at this path (for 405)
  std::string_view tenant;             ///< of a path below a tenant
  bool unknown_tenant = false;         ///< the path may be right, the tenant is none (API-10)
};

/// Immutable once made; any thread. Matching allocates nothing.
///
/// A literal segment wins over a parameter. Where the literal leads nowhere the parameter is tried, except for the
/// words that are never ids (API-12).
class Router {
 public:
  /// The routes must outlive it. Two of one method and path are a broken invariant.
  explicit Router(std::span<const Route> routes);
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// `segments` are those behind the context path.
  Match match(Method method, const PathSegments& segments) const;
  /// Every path of every route, in the order of the tables.
  std::span<const CompiledPath> paths() const { return paths_; }
  /// The operation of this id; null pointer where there is none.
  const CompiledPath* find(std::string_view operation) const;

 private:
  struct Node;
  enum Root : uint8_t { root, api, tenant };

  void add(const CompiledPath& path);
  bool descend(const Node& node, Method method, const PathSegments& segments, size_t at, bool behind_parameter,
               Match& match) const;

  std::vector<CompiledPath> paths_;
  std::array<std::unique_ptr<Node>, 3> roots_;
};

/// `^[a-z0-9][a-z0-9_-]*$` (API-10).
bool is_tenant(std::string_view text);
/// What an execution's id looks like, as far as it decides between an action and a start (API-12).
bool looks_like_execution_id(std::string_view text);

}  // namespace gyr::web
