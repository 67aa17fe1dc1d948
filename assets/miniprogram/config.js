// The one place that names your server: https, a domain with an ICP filing, and listed under the legal domains of
// request, uploadFile and downloadFile in the console.
module.exports = {
  base: 'https://pictures.example.com',
};
