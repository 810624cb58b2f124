// Handlers with types: the body and the answer of an operation follow from the type of its function.
//
//   base::Task<base::Result<json::Namespace>> create(Request* request, json::NewNamespace body);
//   …  .handler = typed<create>
//
// The body is read before the function runs: 422 with the path of the first field that does not match. The answer is
// written in the order of its description. Result<void> answers without a body.
#pragma once

#include "web/http/answers.h"
#include "web/http/described.h"
#include "web/http/request.h"
#include "web/http/route.h"

namespace gyr::web {
namespace described {

template <class Function>
struct HandlerTypes;
template <class A>
struct HandlerTypes<base::Task<base::Result<A>> (*)(Request*)> {
  using Answer = A;
  static constexpr JsonTypeSource body = nullptr;
};
template <class A, class B>
struct HandlerTypes<base::Task<base::Result<A>> (*)(Request*, B)> {
  using Answer = A;
  using Body = B;
  static constexpr JsonTypeSource body = &json_type<B>;
};

template <class T>
net::ServerResponse answer_with(const T& value, int status) {
  return json_answer(to_json(value), status);
}

template <auto function>
base::Task<Outcome> run(Request* request) {
  using Types = HandlerTypes<decltype(function)>;
  base::Task<base::Result<typename Types::Answer>> task = [](Request* of) {
    if constexpr (Types::body == nullptr) {
      return function(of);
    } else {
      return [](Request* request) -> base::Task<base::Result<typename Types::Answer>> {
        GYR_CO_TRY(base::Value given, co_await request->read_json());
        GYR_CO_TRY(auto body, read_json<typename Types::Body>(given));
        co_return co_await function(request, std::move(body));
      }(of);
    }
  }(request);
  auto answer = co_await std::move(task);
  if (!answer) co_return base::fail(answer.error());
  if constexpr (std::is_void_v<typename Types::Answer>) {
    co_return empty_answer(request->route().status);
  } else {
    co_return answer_with(*answer, request->route().status);
  }
}

template <class T>
constexpr Answer answer_type() {
  if constexpr (std::is_void_v<T>) {
    return {};
  } else {
    return answers<T>;
  }
}

}  // namespace described

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
inline constexpr Handler typed{&described::run<function>, described::HandlerTypes<decltype(function)>::body,
                               described::answer_type<typename described::HandlerTypes<decltype(function)>::Answer>()};

}  // namespace gyr::web
