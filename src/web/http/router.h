// Finds the operation of a request, with tries that are compiled from the route tables.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "web/http/path.h"
#include "web/http/route.h"

namespace gyr::web {

/// A compiled path of a route: the segment of each of its parameters.
struct CompiledPath {
  const Route* route = nullptr;
  std::string_view pattern;
  std::vector<std::pair<std::string_view, uint8_t>> parameters;  ///< name, number of the segment after the root

  /// The segment number of a parameter; the pattern must contain it.
  size_t position_of(std::string_view parameter) const;
};

/// The result of a look-up.
struct Match {
  const CompiledPath* path = nullptr;  ///< null: no operation with this method
  size_t first_segment = 0;            ///< the segment of the first part of the pattern
  uint8_t methods = 0;                 ///< bits: the methods of this path (for 405)
  std::string_view tenant;             ///< of a path below a tenant
  bool unknown_tenant = false;         ///< the path can be valid, but the tenant does not exist (API-10)
};

/// Immutable and thread-safe. Matching does not allocate memory.
///
/// A literal segment has priority over a parameter. If the literal leads to no operation, the parameter is tried,
/// except for the words that are never ids (API-12).
class Router {
 public:
  /// The routes must outlive it. Two routes with the same method and path are a broken invariant.
  explicit Router(std::span<const Route> routes);
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// `segments` are those after the context path.
  Match match(Method method, const PathSegments& segments) const;
  /// Every path of every route, in the order of the tables.
  std::span<const CompiledPath> paths() const { return paths_; }
  /// The operation with this id; null if it does not exist.
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
/// The pattern of the id of an execution, which distinguishes an action from a start (API-12).
bool looks_like_execution_id(std::string_view text);

}  // namespace gyr::web
