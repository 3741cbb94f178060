// GET /status as Claudia.js has it: the route is in the code, and there is no description beside it.
const ApiBuilder = require('claudia-api-builder')
const api = new ApiBuilder()

api.get('/status', request => ({
  service: 'udagram',
  stage: request.context.stage,
  requestId: request.lambdaContext.awsRequestId
}))

module.exports = api
