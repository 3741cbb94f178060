// What stages.yml says, laid over the two stages that osls compiles. It lets the REST API's deployment
// make the stage, under a name that is another each time; and in YAML a variable can be no name.
const SETTINGS = 'file(serverless_app/deployment/access_logs/stages.yml)'

module.exports = async ({ resolveVariable }) => {
  const { rest, websocket } = await resolveVariable(SETTINGS)
  return {
    [`ApiGatewayDeployment${await resolveVariable('sls:instanceId')}`]: rest,
    WebsocketsDeploymentStage: websocket
  }
}
