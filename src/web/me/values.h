// The caller and what the pages keep for it, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// The names of the caller.
struct MyProfile {
  std::string email;
  std::string username;
};

/// A tenant that the caller can use.
struct MyTenant {
  std::string id;
  std::string name;
};

/// A right of the caller, with the namespaces in which it holds.
struct MyPermission {
  std::string permission;
  std::string action;
  std::vector<std::string> namespaces;
};

/// The caller (AUTH-26 in its smallest form).
struct Me {
  std::string id;
  bool super_admin = true;
  bool restricted = false;
  MyProfile profile;
  std::vector<std::string> auths;
  std::vector<MyTenant> tenants;
  std::vector<MyPermission> permissions;
};

/// What the pages keep for a user, with the revision that a change must name.
struct Preferences {
  int64_t revision = 0;
  Object values{base::Value::empty_map()};
};

/// A page that a user has starred.
struct Bookmark {
  std::string name;
  std::string url;
};

/// A filter of a list that a user has saved (UI-128).
struct SavedFilter {
  std::string id;
  std::string page;
  std::string name;
  std::string query;
  bool is_default = false;
  bool is_shared = false;
  std::string owner;
};

/// What a caller says of a filter.
struct SavedFilterBody {
  std::string page;
  std::string name;
  std::string query;
  bool is_default = false;
  bool is_shared = false;
};

}  // namespace json

template <>
struct Described<json::MyProfile> {
  using T = json::MyProfile;
  static constexpr std::string_view name = "MyProfile";
  static constexpr auto fields = std::tuple(field("email", &T::email), field("username", &T::username));
};
template <>
struct Described<json::MyTenant> {
  using T = json::MyTenant;
  static constexpr std::string_view name = "MyTenant";
  static constexpr auto fields = std::tuple(field("id", &T::id), field("name", &T::name));
};
template <>
struct Described<json::MyPermission> {
  using T = json::MyPermission;
  static constexpr std::string_view name = "MyPermission";
  static constexpr auto fields =
      std::tuple(field("permission", &T::permission, {.example = "EXECUTION"}),
                 field("action", &T::action, {.documentation = "`CREATE`, `READ`, `UPDATE` or `DELETE`"}),
                 field("namespaces", &T::namespaces,
                       {.documentation = "With their child namespaces; the empty name stands for the whole tenant"}));
};
template <>
struct Described<json::Me> {
  using T = json::Me;
  static constexpr std::string_view name = "Me";
  static constexpr auto fields = std::tuple(
      field("id", &T::id, {.documentation = "`anonymous` if no login is required"}),
      field("superAdmin", &T::super_admin), field("restricted", &T::restricted), field("profile", &T::profile),
      field("auths", &T::auths, {.documentation = "The ways to log in"}), field("tenants", &T::tenants),
      field("permissions", &T::permissions,
            {.documentation = "What the caller may do in the tenant `main`; what is not listed is refused"}));
};
template <>
struct Described<json::Preferences> {
  using T = json::Preferences;
  static constexpr std::string_view name = "Preferences";
  static constexpr auto fields =
      std::tuple(field("revision", &T::revision, {.documentation = "In a body: the one that was read; 0: none was"}),
                 field("values", &T::values, {.documentation = "At most 256 kB"}));
};
template <>
struct Described<json::Bookmark> {
  using T = json::Bookmark;
  static constexpr std::string_view name = "Bookmark";
  static constexpr auto fields = std::tuple(
      field("name", &T::name), field("url", &T::url, {.documentation = "A path of the pages: begins with one slash"}));
};

template <>
struct Described<json::SavedFilter> {
  using T = json::SavedFilter;
  static constexpr std::string_view name = "SavedFilter";
  static constexpr auto fields = std::tuple(
      field("id", &T::id), field("page", &T::page, {.example = "executions"}), field("name", &T::name),
      field("query", &T::query, {.example = "filters[state][IN]=FAILED,WARNING"}),
      field("default", &T::is_default, {.documentation = "Its owner sees the page with it"}),
      field("shared", &T::is_shared, {.documentation = "Everybody in the tenant sees it; only its owner changes it"}),
      field("owner", &T::owner));
};
template <>
struct Described<json::SavedFilterBody> {
  using T = json::SavedFilterBody;
  static constexpr std::string_view name = "SavedFilterBody";
  static constexpr auto fields = std::tuple(
      field("page", &T::page, {.documentation = "Letters, digits and `-_./`", .example = "executions"}),
      field("name", &T::name, {.documentation = "Different from those of your other filters of the page"}),
      field("query", &T::query,
            {.documentation = "The query of the address of the page", .example = "filters[state][IN]=FAILED"}),
      field("default", &T::is_default, {.optional = true}), field("shared", &T::is_shared, {.optional = true}));
};

}  // namespace gyr::web
