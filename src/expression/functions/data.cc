// Functions that read what is outside of the context (EXPR-270 to EXPR-272, EXPR-279, EXPR-295, EXPR-437).
#include "expression/evaluator.h"
#include "expression/functions/host.h"
#include "expression/registry.h"

namespace gyr::expression {
namespace {

Operand ask(Invocation& call) { return ask_with_arguments(call, call.entry().name); }

constexpr Parameter secret_parameters[] = {
    {.name = "key", .required = "The 'secret' function expects an argument 'key'."},
    {.name = "namespace"},
    {.name = "subkey"},
    {.name = "full", .default_value = "false"}};
constexpr Parameter credential_parameters[] = {
    {.name = "key", .required = "The 'credential' function expects an argument 'key'."}, {.name = "namespace"}};
constexpr Parameter kv_parameters[] = {{.name = "key", .required = "The 'kv' function expects an argument 'key'."},
                                       {.name = "namespace"},
                                       {.name = "errorOnMissing", .default_value = "true"}};
constexpr Parameter http_parameters[] = {{.name = "uri", .required = "The 'http' function expects an argument 'uri'."},
                                         {.name = "method", .default_value = "\"GET\""},
                                         {.name = "query"},
                                         {.name = "body"},
                                         {.name = "contentType", .default_value = "\"application/json\""},
                                         {.name = "headers"},
                                         {.name = "options"},
                                         {.name = "accept", .default_value = "\"application/json\""}};
constexpr std::string_view subflow_message = "The 'subflow' function expects the arguments 'namespace' and 'id'.";
constexpr Parameter subflow_parameters[] = {{.name = "namespace", .required = subflow_message},
                                            {.name = "id", .required = subflow_message},
                                            {.name = "inputs"},
                                            {.name = "revision"},
                                            {.name = "labels"},
                                            {.name = "timeout"}};
constexpr Parameter app_link_parameters[] = {{.name = "appId"}, {.name = "baseUrl", .default_value = "false"}};

constexpr Entry data_entries[] = {
    {.name = "appLink",
     .run = ask,
     .parameters = app_link_parameters,
     .traits = asks_host | addition,
     .summary = "the URL of an app",
     .example = R"({{ appLink("my-app") }})"},
    {.name = "credential",
     .run = ask,
     .parameters = credential_parameters,
     .traits = asks_host | addition,
     .summary = "a short-lived token of a managed credential",
     .example = R"({{ credential("my-credential") }})"},
    {.name = "http",
     .run = ask,
     .parameters = http_parameters,
     .traits = asks_host,
     .summary = "the body of an HTTP response",
     .example = R"({{ http("https://api.example.com/items").id }})"},
    {.name = "kv",
     .run = ask,
     .parameters = kv_parameters,
     .traits = asks_host,
     .summary = "a value of the key-value store",
     .example = R"({{ kv("my-key") }})"},
    {.name = "secret",
     .run = ask,
     .parameters = secret_parameters,
     .traits = asks_host,
     .summary = "a secret",
     .example = R"({{ secret("MY_SECRET") }})"},
    {.name = "subflow",
     .run = ask,
     .parameters = subflow_parameters,
     .traits = asks_host | hidden,
     .summary = "runs a flow and returns its outputs; for inputs that depend on it",
     .example = R"({{ subflow("company.team", "my-flow") }})"},
};

}  // namespace

std::span<const Entry> data_functions() { return data_entries; }

}  // namespace gyr::expression
