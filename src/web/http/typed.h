// Handlers with types: the query, the body and the answer of an operation follow from the type of its function.
//
//   base::Task<base::Result<json::Namespace>> create(Request* request, json::NewNamespace body);
//   …  .handler = typed<create>
//
// A described query (typed_query.h) comes before the body. The body is read before the function runs: 422 with the path
// of the first field that does not match. The answer is written in the order of its description. Result<void> answers
// without a body. A std::variant<T, …> is a T, or one of the answers below. A net::ServerResponse is a file or stream;
// the route names its media type.
#pragma once

#include <variant>

#include "web/http/answers.h"
#include "web/http/described.h"
#include "web/http/request.h"
#include "web/http/route.h"
#include "web/http/typed_query.h"
#include "web/http/values.h"

namespace gyr::web {

/// An answer, or the refusal with everything that is wrong (API-44).
template <class T>
using OrProblem = std::variant<T, Problem>;

/// 307: the answer is at another address.
struct Redirect {
  std::string location;
};

/// An answer with another status than that of the row.
template <class T>
struct WithStatus {
  int status = 200;
  T value;
};

namespace described {

template <class Function>
struct HandlerTypes;
template <class A>
struct HandlerTypes<base::Task<base::Result<A>> (*)(Request*)> {
  using Answer = A;
  static constexpr JsonTypeSource body = nullptr;
  static constexpr Handler::Parameters parameters = nullptr;
};
template <class A, class B>
struct HandlerTypes<base::Task<base::Result<A>> (*)(Request*, B)> {
  using Answer = A;
  using Body = B;
  static constexpr JsonTypeSource body = &json_type<B>;
  static constexpr Handler::Parameters parameters = nullptr;
};
template <class A, IsQuery Q>
struct HandlerTypes<base::Task<base::Result<A>> (*)(Request*, Q)> {
  using Answer = A;
  using Query = Q;
  static constexpr JsonTypeSource body = nullptr;
  static constexpr Handler::Parameters parameters = &parameters_of<Q>;
};
template <class A, IsQuery Q, class B>
struct HandlerTypes<base::Task<base::Result<A>> (*)(Request*, Q, B)> {
  using Answer = A;
  using Query = Q;
  using Body = B;
  static constexpr JsonTypeSource body = &json_type<B>;
  static constexpr Handler::Parameters parameters = &parameters_of<Q>;
};

/// What the description of the route shows of an answer.
template <class A>
struct AnswerType {
  using type = A;
};
template <class T>
struct AnswerType<WithStatus<T>> : AnswerType<T> {};
template <class T, class... Others>
struct AnswerType<std::variant<T, Others...>> : AnswerType<T> {};

template <class... Answers>
net::ServerResponse answer_with(std::variant<Answers...>& answer, Request* request);
template <class T>
net::ServerResponse answer_with(T& value, Request* request) {
  return json_answer(to_json(value), request->route().status);
}
/// It is already JSON, and can be large.
template <class T>
net::ServerResponse answer_with(JsonOf<T>& value, Request* request) {
  return json_answer(std::move(value.text), request->route().status);
}
inline net::ServerResponse answer_with(net::ServerResponse& response, Request*) { return std::move(response); }
inline net::ServerResponse answer_with(Problem& problem, Request* request) { return problem_answer(problem, request); }
inline net::ServerResponse answer_with(Redirect& redirect, Request*) {
  net::ServerResponse response = empty_answer(307);
  response.headers.add("Location", std::move(redirect.location));
  return response;
}
template <class T>
net::ServerResponse answer_with(WithStatus<T>& answer, Request* request) {
  net::ServerResponse response = answer_with(answer.value, request);
  response.status = answer.status;
  return response;
}
template <class... Answers>
net::ServerResponse answer_with(std::variant<Answers...>& answer, Request* request) {
  return std::visit([request](auto& one) { return answer_with(one, request); }, answer);
}

template <auto function>
auto call(Request* request) {
  using Types = HandlerTypes<decltype(function)>;
  using Given = base::Task<base::Result<typename Types::Answer>>;
  if constexpr (Types::body != nullptr) {
    return [](Request* of) -> Given {
      GYR_CO_TRY(base::Value given, co_await of->read_json());
      GYR_CO_TRY(auto body, read_json<typename Types::Body>(given));
      if constexpr (Types::parameters != nullptr) {
        co_return co_await function(of, read_query<typename Types::Query>(*of), std::move(body));
      } else {
        co_return co_await function(of, std::move(body));
      }
    }(request);
  } else if constexpr (Types::parameters != nullptr) {
    return function(request, read_query<typename Types::Query>(*request));
  } else {
    return function(request);
  }
}

template <auto function>
base::Task<Outcome> run(Request* request) {
  using Types = HandlerTypes<decltype(function)>;
  auto answer = co_await call<function>(request);
  if (!answer) co_return base::fail(answer.error());
  if constexpr (std::is_void_v<typename Types::Answer>) {
    co_return empty_answer(request->route().status);
  } else {
    co_return answer_with(*answer, request);
  }
}

template <class T>
constexpr Answer answer_type() {
  if constexpr (std::is_void_v<T> || std::same_as<T, net::ServerResponse>) {
    return {};
  } else {
    return answers<T>;
  }
}

}  // namespace described

/// What an operation on several entities answers (API-3).
inline json::BulkResponse bulk_response(const Request& request, uint64_t count) {
  return json::bulk_response(count, request.services().clock.now());
}

/// The requested page of rows that are in memory, each converted by `shown`.
template <class Rows, class Show>
auto page_of(const Request& request, const Rows& rows, Show shown) {
  Paged<std::decay_t<std::invoke_result_t<Show&, const typename Rows::value_type&>>> page;
  page.total = rows.size();
  const auto size = static_cast<uint64_t>(request.page_size());
  const uint64_t begin = static_cast<uint64_t>(request.page() - 1) * size;
  for (uint64_t i = begin; i < rows.size() && i < begin + size; ++i) page.results.push_back(shown(rows[i]));
  return page;
}

template <auto function>
inline constexpr Handler typed{
    &described::run<function>, described::HandlerTypes<decltype(function)>::body,
    described::answer_type<
        typename described::AnswerType<typename described::HandlerTypes<decltype(function)>::Answer>::type>(),
    described::HandlerTypes<decltype(function)>::parameters};

}  // namespace gyr::web
