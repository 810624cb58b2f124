// One description per query of an operation, from which come its parameters in the row (checked before the handler
// runs, and shown in the OpenAPI document) and the struct that the handler gets.
//
//   struct KillQuery { bool cascade = true; };
//   template <>
//   struct DescribedQuery<KillQuery> {
//     static constexpr auto parameters =
//         std::tuple(parameter("isOnKillCascade", &KillQuery::cascade, {.documentation = "Also kill …"}));
//   };
//   …  base::Task<base::Result<json::Execution>> kill(Request* request, KillQuery query);
//
// A flag has the default of its member. Other members keep their value where a parameter is absent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "web/http/request.h"
#include "web/http/route.h"

namespace gyr::web {

/// What a parameter has besides its name and its member.
struct ParameterOptions {
  std::string_view documentation = {};
  bool required = false;           ///< missing: 400
  std::string_view fallback = {};  ///< in the form of a request; of a flag: the value of its member
  std::optional<int64_t> least = {};
};

/// A described parameter and the member that gets its value.
template <class Owner, class Member>
struct DescribedParameter {
  using type = Member;
  std::string_view name;
  Member Owner::* member;
  ParameterOptions options;
};
template <class Owner, class Member>
constexpr auto parameter(std::string_view name, Member Owner::* member, ParameterOptions options = {}) {
  return DescribedParameter<Owner, Member>{name, member, options};
}

/// The description of a query: `parameters`. Specialise it beside T.
template <class T>
struct DescribedQuery;

namespace described {

template <class T>
concept IsQuery = requires { DescribedQuery<T>::parameters; };

/// The type of a member without std::optional.
template <class T>
struct ParameterType {
  using type = T;
};
template <class T>
struct ParameterType<std::optional<T>> {
  using type = T;
};

template <class T>
constexpr ValueKind kind_of() {
  if constexpr (std::same_as<T, bool>) {
    return ValueKind::boolean;
  } else if constexpr (std::integral<T>) {
    return ValueKind::integer;
  } else if constexpr (std::same_as<T, std::vector<int64_t>>) {
    return ValueKind::integer_list;
  } else if constexpr (std::same_as<T, std::vector<std::string>>) {
    return ValueKind::text_list;
  } else if constexpr (std::same_as<T, base::Instant>) {
    return ValueKind::date_time;
  } else if constexpr (std::same_as<T, model::State>) {
    return ValueKind::state;
  } else if constexpr (std::same_as<T, model::LogLevel>) {
    return ValueKind::level;
  } else if constexpr (std::same_as<T, model::ExecutionKind>) {
    return ValueKind::execution_kind;
  } else {
    static_assert(std::same_as<T, std::string>, "no parameter has this type");
    return ValueKind::text;
  }
}

template <class T>
std::vector<QueryParameter> parameters_of() {
  std::vector<QueryParameter> list;
  const T defaults{};
  std::apply(
      [&]<class... Parameters>(const Parameters&... all) {
        const auto add = [&]<class P>(const P& one) {
          using Type = typename ParameterType<typename P::type>::type;
          std::string_view fallback = one.options.fallback;
          if constexpr (std::same_as<typename P::type, bool>) fallback = defaults.*one.member ? "true" : "false";
          list.push_back({one.name, kind_of<Type>(), one.options.documentation, one.options.required, fallback,
                          one.options.least});
        };
        (add(all), ...);
      },
      DescribedQuery<T>::parameters);
  return list;
}

/// The value of one parameter, which check_query has checked.
template <class T>
void read_parameter(const Request& request, std::string_view name, T& member) {
  using Type = typename ParameterType<T>::type;
  if constexpr (std::same_as<Type, bool>) {
    if constexpr (!std::same_as<T, bool>) {
      if (!request.text(name)) return;
    }
    member = request.flag(name);
  } else if constexpr (std::same_as<Type, std::vector<int64_t>>) {
    member = request.integers(name);
  } else if constexpr (std::same_as<Type, std::vector<std::string>>) {
    const auto texts = request.texts(name);
    member = Type(texts.begin(), texts.end());
  } else if constexpr (std::integral<Type>) {
    if (const auto number = request.integer(name)) member = static_cast<Type>(*number);
  } else if constexpr (std::same_as<Type, base::Instant>) {
    if (const auto instant = request.instant(name)) member = *instant;
  } else if (const auto text = request.text(name)) {
    if constexpr (std::same_as<Type, std::string>) {
      member = std::string(*text);
    } else if constexpr (std::same_as<Type, model::State>) {
      member = *model::parse_state(*text);
    } else if constexpr (std::same_as<Type, model::LogLevel>) {
      member = *model::parse_log_level(*text);
    } else {
      member = *model::parse_execution_kind(*text);
    }
  }
}

template <class T>
T read_query(const Request& request) {
  T query{};
  std::apply([&](const auto&... all) { (read_parameter(request, all.name, query.*all.member), ...); },
             DescribedQuery<T>::parameters);
  return query;
}

}  // namespace described
}  // namespace gyr::web
