// Who may call an operation, and where the namespace is that decides it. Data only; authorisation.h judges it.
#pragma once

#include <cstdint>
#include <string_view>

namespace gyr::web {

enum class Action : uint8_t { read, create, update, remove };
/// The name of the action in roles and answers (RBAC-2).
constexpr std::string_view to_text(Action action) {
  switch (action) {
    case Action::read: return "READ";
    case Action::create: return "CREATE";
    case Action::update: return "UPDATE";
    case Action::remove: break;
  }
  return "DELETE";
}

/// A right that roles give: what may be done with one kind of resource.
struct Right {
  std::string_view resource;
  Action action = Action::read;
};

/// Where the namespace of a request stands, by which a right is judged.
struct Where {
  enum class Kind : uint8_t {
    tenant_wide,  ///< no namespace: the whole tenant, or the instance
    path,         ///< the parameter `parameter` of the path
    query,        ///< the parameter `parameter` of the query
    body,         ///< in the body, which is read before anything is stored
    entity,       ///< the entity is found by its id, then judged
    rows,         ///< a list: only the rows that the caller may see are part of the query
    each,         ///< a request on several entities: all are judged before any is touched
  };
  Kind kind = Kind::tenant_wide;
  std::string_view parameter = {};
};
inline constexpr Where tenant_wide{};
inline constexpr Where in_body{Where::Kind::body};
inline constexpr Where of_entity{Where::Kind::entity};
inline constexpr Where of_rows{Where::Kind::rows};
inline constexpr Where of_each{Where::Kind::each};
constexpr Where in_path(std::string_view parameter) { return {Where::Kind::path, parameter}; }
constexpr Where in_query(std::string_view parameter) { return {Where::Kind::query, parameter}; }

/// The rule of an operation. Every route needs one: it has no default, so a row without a rule does not compile.
struct Rule {
  enum class Who : uint8_t {
    open,    ///< everybody, without credentials; a test has the closed list of these operations
    key,     ///< whoever knows the key in the path (webhooks)
    caller,  ///< everybody with credentials: the operation is about the caller itself, or judges each part on its own
    right,   ///< a caller with the right
  };

  Rule() = delete;
  constexpr Rule(Right right, Where where) : right(right), where(where) {}
  static constexpr Rule open() { return {Who::open, {}, {}}; }
  static constexpr Rule caller(Right right) { return {Who::caller, right, {}}; }
  static constexpr Rule key(Right right, Where where) { return {Who::key, right, where}; }

  bool is_open() const { return who == Who::open; }

  Who who = Who::right;
  Right right;
  Where where;

 private:
  constexpr Rule(Who who, Right right, Where where) : who(who), right(right), where(where) {}
};

}  // namespace gyr::web
